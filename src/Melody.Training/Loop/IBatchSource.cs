using Melody.Training.Ranks;

namespace Melody.Training.Loop;

/// <summary>
/// Makes training batches. A batch is a function of its number alone, so the order never depends on threads and a
/// resumed run goes on with exactly the batches that an uninterrupted one would have seen. Called from several threads.
/// </summary>
/// <typeparam name="TBatch">A managed batch: arrays, no tensors.</typeparam>
internal interface IBatchSource<out TBatch>
{
    /// <summary>Makes batch <paramref name="index"/> = 0, 1, 2, ...</summary>
    TBatch Create(long index);

    /// <summary>Makes the rows of a batch that one of several ranks computes: the same as in the whole batch.</summary>
    /// <param name="index">The batch's number.</param>
    /// <param name="share">Which rows.</param>
    /// <exception cref="MelodyException">Batches of this kind cannot be divided, or not into so many parts.</exception>
    TBatch Create(long index, BatchShare share) =>
        share.Parts == 1
            ? Create(index)
            : throw new MelodyException("The batches of this training cannot be divided; train with one process.");
}
