using Melody.Weights;

namespace Melody.Training.Stages;

/// <summary>Batch and optimiser of the denoiser's training.</summary>
internal sealed record DiffusionTrainingOptions
{
    /// <summary>Steps of the whole training.</summary>
    [Size(1, 1e12)]
    public required long Steps { get; init; }

    /// <summary>Windows in a batch.</summary>
    [Size(1, 65536)]
    public required int Batch { get; init; }

    /// <summary>Learning rate after the warm-up; 5e-4 in the paper.</summary>
    [Size(1e-12, 1)]
    public required double LearningRate { get; init; }

    /// <summary>Steps of the warm-up.</summary>
    [Size(0, 1e9)]
    public required long WarmUpSteps { get; init; }

    /// <summary>Whether the matrices between hidden values are updated by Muon, and not by AdamW as all else.</summary>
    public bool Muon { get; init; }

    /// <summary>Decay of the moving average of the parameters.</summary>
    [Size(0, 0.9999999)]
    public required double EmaDecay { get; init; }

    /// <summary>Probability that an example loses its condition; 0.1 in the paper.</summary>
    [Size(0, 1)]
    public double Unconditioned { get; init; } = 0.1;

    /// <summary>
    /// Share of examples whose chunks all have one angle, as when music begins; 0 in the paper. Where each chunk has its own,
    /// a noisy one hears from clean neighbours what tokens and prompt would have told it, and learns not to listen to them.
    /// </summary>
    [Size(0, 1)]
    public double OneAngle { get; init; }

    /// <summary>
    /// s of angles pi/2 u^(1/s), u uniform: 1 in the paper; above it noisy latents, whose outcome tokens and prompt decide,
    /// come more often.
    /// </summary>
    [Size(0.01, 100)]
    public double AngleSkew { get; init; } = 1;

    /// <summary>
    /// Share of examples in which frames before a gap, and half of the time after it too, are clean, as where music is continued or
    /// mended; the loss is that of the gap. 0 leaves it to the angles of chunks, as in the paper.
    /// </summary>
    [Size(0, 1)]
    public double CleanFrames { get; init; }

    /// <summary>
    /// Whether a denoiser that starts from a model without prompts is to hear them from now on; one of a preset does when
    /// its sizes say so.
    /// </summary>
    public bool AddPrompts { get; init; }

    /// <summary>
    /// Tokens from which a denoiser that starts from a model without a forecast is to predict latents from now on
    /// (<see cref="Melody.Diffusion.DenoiserConfig.ForecastTokens"/>); 0 leaves it as it is.
    /// </summary>
    [Size(0, 1023)]
    public int AddForecast { get; init; }

    /// <summary>
    /// Codebooks that a denoiser leaves aside from now on (<see cref="Melody.Diffusion.DenoiserConfig.IgnoredCodebooks"/>); none leaves it
    /// as it is.
    /// </summary>
    [Size(0, 65535, MayBeEmpty = true)]
    public IReadOnlyList<int> IgnoreCodebooks { get; init; } = [];

    /// <summary>
    /// Share of examples that hear their passage as if it were of other music: of it only the frames with other notes count, and what only
    /// sound tells of the example is recalled from them too (<see cref="Melody.Steering.TokenRecall"/>). So it is when music is made from
    /// words, under a passage of the palette. 0 where tokens tell nothing of that kind.
    /// </summary>
    [Size(0, 1)]
    public double ForeignStyle { get; init; }

    /// <summary>
    /// Passages of the palette that a denoiser keeps from now on, chosen anew
    /// (<see cref="Melody.Diffusion.DenoiserConfig.PaletteSize"/>); 0 leaves it as it is.
    /// </summary>
    [Size(0, 65536)]
    public int NewPalette { get; init; }

    /// <summary>Of examples with a prompt, those whose prompt is a text, as in generation; the others' is their own sound.</summary>
    [Size(0, 1)]
    public double TextShare { get; init; } = 0.7;

    /// <summary>Examples whose prompt is left out while their tokens stay.</summary>
    [Size(0, 1)]
    public double PromptDropped { get; init; } = 0.1;

    /// <summary>
    /// Whether the latents are scaled to unit variance, by a constant measured on the training split and kept in the
    /// denoiser's configuration; the paper diffuses them as they are.
    /// </summary>
    public required bool UnitVariance { get; init; }

    /// <summary>
    /// How much a latent channel counts in the loss: what it changes in the decoded spectrum, squared, to this power
    /// (<see cref="Losses.LatentWeights"/>). 0, as in the paper, weighs all alike.
    /// </summary>
    [Size(0, 4)]
    public double LatentWeightPower { get; init; }
}
