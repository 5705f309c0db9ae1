using System.Runtime.CompilerServices;

namespace Melody.Studio.Jobs;

/// <summary>A piece while it is made, for any number of listeners, each of whom hears it from its beginning.</summary>
/// <param name="sampleRate">Hz.</param>
/// <param name="channels">Samples in a frame.</param>
internal sealed class LiveSound(int sampleRate, int channels)
{
    private readonly Lock _lock = new();
    private readonly List<ReadOnlyMemory<float>> _chunks = [];
    private readonly Pulse _pulse = new();
    private bool _complete;

    /// <summary>Hz.</summary>
    public int SampleRate => sampleRate;

    /// <summary>Samples in a frame.</summary>
    public int Channels => channels;

    /// <summary>Adds what follows.</summary>
    public void Add(ReadOnlyMemory<float> samples)
    {
        lock (_lock)
            _chunks.Add(samples);
        _pulse.Beat();
    }

    /// <summary>Nothing follows any more.</summary>
    public void Complete()
    {
        lock (_lock)
            _complete = true;
        _pulse.Beat();
    }

    /// <summary>All chunks, as they come.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<float>> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        for (int next = 0; ; )
        {
            var change = _pulse.Next;
            ReadOnlyMemory<float>? chunk;
            bool complete;
            lock (_lock)
                (chunk, complete) = (next < _chunks.Count ? _chunks[next] : (ReadOnlyMemory<float>?)null, _complete);
            if (chunk is { } samples)
            {
                next++;
                yield return samples;
            }
            else if (complete)
                yield break;
            else
                await change.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }
}
