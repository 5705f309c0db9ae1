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
    /// <exception cref="MelodyException">This one piece cannot be made; the next may do.</exception>
    FinishedPiece? Make(int shard, int number);
}
