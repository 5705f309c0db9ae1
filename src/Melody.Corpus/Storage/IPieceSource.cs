namespace Melody.Corpus.Storage;

/// <summary>
/// Where the pieces of a corpus come from. One source serves one thread; the sound and the records of piece
/// <c>number</c> of shard <c>shard</c> depend on nothing but the plan and these two numbers.
/// </summary>
internal interface IPieceSource : IDisposable
{
    /// <summary>
    /// Makes a piece, or returns null when the shard has no more; only what <paramref name="number"/> counts decides where it ends.
    /// </summary>
    /// <param name="shard">Index of the shard.</param>
    /// <param name="number">Index of the piece in its shard.</param>
    /// <param name="cancellation">Ends the work on a piece, however long it is.</param>
    /// <exception cref="MelodyException">This one piece cannot be made; the next may do.</exception>
    FinishedPiece? Make(int shard, int number, CancellationToken cancellation);
}
