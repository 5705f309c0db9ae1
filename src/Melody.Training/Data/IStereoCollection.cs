namespace Melody.Training.Data;

/// <summary>Stereo pieces of music at one sample rate that segments are read from; safe for several threads.</summary>
internal interface IStereoCollection
{
    /// <summary>Number of pieces.</summary>
    int Count { get; }

    /// <summary>Length of a piece in samples of one channel.</summary>
    long Samples(int piece);

    /// <summary>Fills both channels with a piece's samples from <paramref name="start"/>; zeros beyond its end.</summary>
    void Read(int piece, long start, Span<float> left, Span<float> right);
}
