using Melody.Audio;

namespace Melody.Evaluation.Chain;

/// <summary>Whatever makes music from a sentence.</summary>
internal interface IMusicSource
{
    /// <summary>Changes with everything that changes the music: weights, steps, guidance.</summary>
    string Key { get; }

    /// <summary>Music of one channel, as loud as it comes; the same for the same words, seed and length.</summary>
    AudioClip Make(string text, long seed, double seconds, CancellationToken cancellation);

    /// <summary>Samples at which music of so many seconds was continued.</summary>
    IReadOnlyList<int> Borders(double seconds);
}

/// <summary>A model and the options that it generates with.</summary>
internal sealed class ModelSource(MusicModel model, GenerationOptions options) : IMusicSource
{
    /// <inheritdoc/>
    public string Key { get; } = $"{model.Hash} {options with { Seed = null, Seconds = 0 }}";

    /// <inheritdoc/>
    public AudioClip Make(string text, long seed, double seconds, CancellationToken cancellation) =>
        new MusicGenerator(model).GenerateAsync(text, options with { Seed = seed, Seconds = seconds, Loudness = LoudnessMode.Raw }, cancellation: cancellation).GetAwaiter().GetResult().Audio;

    /// <inheritdoc/>
    public IReadOnlyList<int> Borders(double seconds)
    {
        var (grid, hop) = (Diffusion.TimeGrid.Of(model.Config.Denoiser), model.Networks.Autoencoder.HopLength);
        var borders = new List<int>();
        for (long frame = grid.WindowFrames; frame * hop < seconds * model.SampleRate - hop; frame += grid.HopFrames) borders.Add((int)(frame * hop));
        return borders;
    }
}
