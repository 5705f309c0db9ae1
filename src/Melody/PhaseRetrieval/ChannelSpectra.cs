namespace Melody.PhaseRetrieval;

/// <summary>The complex spectra of one frame of one or two channels, phases counted from the middle of the window.</summary>
/// <param name="LeftRe">Real parts of the left or only channel.</param>
/// <param name="LeftIm">Imaginary parts of the left or only channel.</param>
/// <param name="RightRe">Real parts of the right channel; empty for one channel.</param>
/// <param name="RightIm">Imaginary parts of the right channel; empty for one channel.</param>
internal sealed record ChannelSpectra(float[] LeftRe, float[] LeftIm, float[] RightRe, float[] RightIm)
{
    /// <summary>Zeros.</summary>
    public static ChannelSpectra Empty(int bins, int channels) =>
        new(new float[bins], new float[bins], new float[channels > 1 ? bins : 0], new float[channels > 1 ? bins : 0]);

    /// <summary>Copies all parts.</summary>
    public void CopyTo(ChannelSpectra other)
    {
        LeftRe.CopyTo(other.LeftRe, 0);
        LeftIm.CopyTo(other.LeftIm, 0);
        RightRe.CopyTo(other.RightRe, 0);
        RightIm.CopyTo(other.RightIm, 0);
    }
}
