namespace Melody.Studio.Songs;

/// <summary>What an upload may be.</summary>
/// <param name="Bytes">Of the file.</param>
/// <param name="Seconds">Of its sound.</param>
/// <param name="Channels">Of its sound.</param>
internal sealed record UploadLimits(long Bytes, double Seconds, int Channels)
{
    /// <summary>Highest rate of an upload, Hz.</summary>
    public const int SampleRate = 192_000;

    /// <summary>100 MB, ten minutes, eight channels.</summary>
    public static UploadLimits Default { get; } = new(100L << 20, 600, 8);
}
