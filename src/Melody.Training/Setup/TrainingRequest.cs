namespace Melody.Training.Setup;

/// <summary>What <c>melody train</c> was asked for.</summary>
internal sealed record TrainingRequest
{
    /// <summary>What is trained, and how.</summary>
    public required Stage Stage { get; init; }

    /// <summary>paper, mini or test: sizes of the network and how it is trained.</summary>
    public required string Preset { get; init; }

    /// <summary>
    /// The corpus, for autoencoder and semantic tokenizer also any folder of audio files; for language model and diffusion one or several
    /// encoded corpora.
    /// </summary>
    public required IReadOnlyList<string> Corpora { get; init; }

    /// <summary>The corpus of a stage that reads only one.</summary>
    /// <exception cref="MelodyException">Several were given.</exception>
    public string Corpus =>
        Corpora is [var only]
            ? only
            : throw new MelodyException(
                $"The stage {Stage} reads one corpus, and {Corpora.Count} were given; only the magnitude autoencoder, the semantic "
                    + $"tokenizer, the language model and the denoiser learn from several."
            );

    /// <summary>The folder of checkpoints, logs and samples.</summary>
    public required string RunFolder { get; init; }

    /// <summary>The model folder that the finished part is written into, and that earlier parts are read from.</summary>
    public required string ModelFolder { get; init; }

    /// <summary>
    /// A model folder whose part is where this training starts, in place of random values; its sizes count, not the preset's.
    /// </summary>
    public string? StartFrom { get; init; }

    /// <summary>
    /// How much of the weights of <see cref="StartFrom"/> is kept in those that are written, from 0 to below 1; semantic-lm and diffusion
    /// only.
    /// </summary>
    public double KeptShare { get; init; }

    /// <summary>Whether to go on from the last checkpoint.</summary>
    public bool Resume { get; init; }

    /// <summary>
    /// Whether an unfinished training may replace weights in the model folder that another run wrote; its own it replaces
    /// at the end of every call.
    /// </summary>
    public bool Export { get; init; }

    /// <summary>Steps in place of the preset's.</summary>
    public long? Steps { get; init; }

    /// <summary>How long this call may train.</summary>
    public TimeSpan? Budget { get; init; }

    /// <summary>The end of <see cref="Budget"/> over which the learning rate falls; null for a cosine over all steps.</summary>
    public TimeSpan? CoolDown { get; init; }

    /// <summary>Time between checkpoints.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Steps between validations.</summary>
    public long ValidationSteps { get; init; } = 500;

    /// <summary>Options of the preset to change, each "name=value" as its JSON names them.</summary>
    public IReadOnlyList<string> Changes { get; init; } = [];

    /// <summary>Seed of everything random.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Pretrained word vectors for the joint embedding's text tower; null starts from random ones.</summary>
    public string? WordVectors { get; init; }

    /// <summary>Where the network runs.</summary>
    public ComputeDevice Device { get; init; }
}
