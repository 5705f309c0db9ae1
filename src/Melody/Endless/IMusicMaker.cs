namespace Melody.Endless;

/// <summary>Makes music piece by piece, each of which goes on from the one before.</summary>
internal interface IMusicMaker
{
    /// <summary>Samples a second, Hz.</summary>
    int SampleRate { get; }

    /// <summary>Samples in a frame.</summary>
    int Channels => 1;

    /// <summary>Opens a piece.</summary>
    /// <param name="request">What it is like.</param>
    /// <param name="after">The piece that it goes on from; null for the beginning of all music.</param>
    /// <param name="position">Where it begins, samples from the beginning of all music.</param>
    /// <param name="cancellation">Ends the work within a step.</param>
    /// <exception cref="MelodyException">The prompt or an option cannot be used.</exception>
    Task<IMusicPiece> OpenAsync(EndlessRequest request, IMusicPiece? after, long position, CancellationToken cancellation);

    /// <summary>Writes what another piece needs to go on from one.</summary>
    /// <param name="piece">The piece, between two of its steps.</param>
    /// <param name="position">Where the other will begin.</param>
    /// <param name="writer">Where to.</param>
    /// <exception cref="MelodyException">The music cannot be kept.</exception>
    void Save(IMusicPiece piece, long position, BinaryWriter writer);

    /// <summary>Reads what <see cref="Save"/> wrote: a piece that has ended, from which others go on.</summary>
    /// <param name="reader">Where from.</param>
    /// <returns>The piece and what it was asked to be like.</returns>
    /// <exception cref="MelodyException">The bytes are damaged or of another model.</exception>
    (IMusicPiece Piece, EndlessRequest Request) Load(BinaryReader reader);
}

/// <summary>A piece in the making: interleaved frames, one after the other. Positions count frames.</summary>
internal interface IMusicPiece : IDisposable
{
    /// <summary>Position of the first sample that it gives: at or before the place where it begins, so that it can be faded to.</summary>
    long Start { get; }

    /// <summary>Beats and bars, samples.</summary>
    MusicGrid Grid { get; }

    /// <summary>The next samples, in whole frames; null where the piece ends.</summary>
    Task<float[]?> NextAsync(CancellationToken cancellation);
}
