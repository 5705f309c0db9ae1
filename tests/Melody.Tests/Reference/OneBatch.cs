using Melody.Training.Loop;

namespace Melody.Tests.Reference;

/// <summary>A source that gives the same batch again and again.</summary>
internal sealed class OneBatch<TBatch>(TBatch batch) : IBatchSource<TBatch>
{
    public TBatch Create(long index) => batch;
}
