namespace Melody;

/// <summary>How the loudness of a result is set.</summary>
public enum LoudnessMode
{
    /// <summary>The whole result is measured and brought to the target: best for files.</summary>
    Whole,

    /// <summary>The first window is measured, and its gain holds for all that follows: what a stream can do.</summary>
    FirstWindow,

    /// <summary>The samples as the decoder made them.</summary>
    Raw,
}
