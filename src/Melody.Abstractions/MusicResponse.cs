namespace Melody;

/// <summary>Music from an <see cref="IMusicGenerator"/>.</summary>
/// <param name="Samples">Interleaved: the channels of the first frame, then those of the second.</param>
/// <param name="SampleRate">Frames a second, Hz.</param>
/// <param name="Channels">Samples in a frame.</param>
public sealed record MusicResponse(ReadOnlyMemory<float> Samples, int SampleRate, int Channels)
{
    /// <summary>The seed that it was made with, where there is one.</summary>
    public long? Seed { get; init; }

    /// <summary>What made it.</summary>
    public string? ModelId { get; init; }

    /// <summary>
    /// The generator's own result, such as <c>GenerationResult</c> of Melody; null where it came from elsewhere, such as a cache on a
    /// disk.
    /// </summary>
    public object? RawRepresentation { get; init; }

    /// <summary>Its length.</summary>
    public TimeSpan Duration => TimeSpan.FromSeconds((double)Samples.Length / Channels / SampleRate);
}
