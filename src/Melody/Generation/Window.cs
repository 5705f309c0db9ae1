namespace Melody.Generation;

/// <summary>A stretch of a timeline that the denoiser sees at once, in latent frames from the beginning of the piece.</summary>
/// <param name="First">The first frame that is seen.</param>
/// <param name="End">The frame after the last that is seen.</param>
/// <param name="From">The first frame that is made; those seen before it are known.</param>
/// <param name="Until">The frame after the last that is made; those seen behind it are known.</param>
/// <param name="Accepted">The frame after the last that is final; the next window makes those up to <paramref name="Until"/> again.</param>
internal readonly record struct Window(long First, long End, long From, long Until, long Accepted)
{
    /// <summary>Frames that are seen.</summary>
    public int Frames => (int)(End - First);

    /// <summary>Frames that are made.</summary>
    public int Made => (int)(Until - From);

    /// <summary>Whether nothing that is seen is known.</summary>
    public bool AllNew => First == From && End == Until;
}
