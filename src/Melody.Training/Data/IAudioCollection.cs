namespace Melody.Training.Data;

/// <summary>Mono pieces of music at one sample rate that windows are read from; safe for several threads.</summary>
internal interface IAudioCollection
{
    /// <summary>Of all pieces, Hz.</summary>
    int SampleRate { get; }

    /// <summary>Number of pieces.</summary>
    int Count { get; }

    /// <summary>Length of a piece in samples.</summary>
    long Samples(int piece);

    /// <summary>
    /// Fills <paramref name="into"/> with a piece's samples from <paramref name="start"/>; a piece that ends before plays
    /// again from its start.
    /// </summary>
    void Read(int piece, long start, Span<float> into);
}
