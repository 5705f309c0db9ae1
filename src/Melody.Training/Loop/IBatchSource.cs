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
}
