namespace Melody;

/// <summary>A part of music that is made: final samples that follow those before without a gap.</summary>
/// <param name="Samples">Interleaved.</param>
/// <param name="SampleRate">Frames a second, Hz.</param>
/// <param name="Channels">Samples in a frame.</param>
public sealed record MusicResponseUpdate(ReadOnlyMemory<float> Samples, int SampleRate, int Channels)
{
    /// <summary>The seed that it is made with, where there is one.</summary>
    public long? Seed { get; init; }

    /// <summary>What makes it.</summary>
    public string? ModelId { get; init; }

    /// <summary>The generator's own part of the result.</summary>
    public object? RawRepresentation { get; init; }
}
