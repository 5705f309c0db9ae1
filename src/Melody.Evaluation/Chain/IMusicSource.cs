using Melody.Audio;

namespace Melody.Evaluation.Chain;

/// <summary>Music and where its seams are.</summary>
/// <param name="Audio">One channel, as loud as it comes.</param>
/// <param name="Seams">Samples at which it was continued.</param>
internal sealed record MadeMusic(AudioClip Audio, IReadOnlyList<int> Seams);

/// <summary>Whatever makes music from a sentence.</summary>
internal interface IMusicSource
{
    /// <summary>Changes with everything that changes the music: the program, weights, steps, guidance.</summary>
    string Key { get; }

    /// <summary>Music; the same for the same words, seed and length.</summary>
    MadeMusic Make(string text, long seed, double seconds, CancellationToken cancellation);
}

/// <summary>A model and the options that it generates with.</summary>
internal sealed class ModelSource(MusicModel model, GenerationOptions options) : IMusicSource
{
    /// <inheritdoc/>
    public string Key { get; } = $"{MelodyVersion.Full} {model.Hash} {options with { Seed = null, Seconds = 0 }}";

    /// <inheritdoc/>
    public MadeMusic Make(string text, long seed, double seconds, CancellationToken cancellation)
    {
        var asked = options with { Seed = seed, Seconds = seconds, Loudness = LoudnessMode.Raw };
        var result = new MusicGenerator(model).GenerateAsync(text, asked, cancellation: cancellation).GetAwaiter().GetResult();
        return new(result.Audio, result.Seams);
    }
}
