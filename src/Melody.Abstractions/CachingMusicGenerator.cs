using System.Runtime.CompilerServices;

namespace Melody;

/// <summary>
/// Remembers music that was made with a seed, and gives it again for the same prompt and options; the least recently used goes first.
/// Without a seed every call makes other music, and nothing is remembered. Equal calls at the same time are one.
/// </summary>
public sealed class CachingMusicGenerator : DelegatingMusicGenerator
{
    /// <summary>Bytes of samples that are kept unless told: about 45 minutes of mono at 24 kHz.</summary>
    public const long DefaultCapacity = 1L << 28;

    private readonly long _capacity;
    private readonly object _lock = new();
    private readonly Dictionary<Key, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _recent = []; // the last used first
    private readonly Dictionary<Key, Task<MusicResponse>> _underWay = [];
    private long _size;

    /// <param name="inner">Makes the music.</param>
    /// <param name="capacity">Bytes of samples that are kept at most.</param>
    public CachingMusicGenerator(IMusicGenerator inner, long capacity = DefaultCapacity)
        : base(inner)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
        _capacity = capacity;
    }

    /// <inheritdoc/>
    public override async Task<MusicResponse> GenerateAsync(
        string prompt,
        MusicOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        if (options?.Seed is null)
            return await base.GenerateAsync(prompt, options, cancellationToken).ConfigureAwait(false);
        var key = new Key(prompt, options);
        while (true)
        {
            Task<MusicResponse> work;
            bool mine = false;
            lock (_lock)
            {
                if (Find(key) is { } known)
                    return known;
                if (!_underWay.TryGetValue(key, out work!))
                {
                    mine = true;
                    work = _underWay[key] = MakeAsync(key, cancellationToken);
                }
            }
            try
            {
                return await work.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!mine && !cancellationToken.IsCancellationRequested) { } // that of another caller
        }
    }

    /// <inheritdoc/>
    public override async IAsyncEnumerable<MusicResponseUpdate> GenerateStreamingAsync(
        string prompt,
        MusicOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        // a stream is not the whole at its loudness, so it has entries of its own
        var key = options?.Seed is null ? null : new Key("stream:" + prompt, options);
        MusicResponse? known = null;
        if (key is not null)
            lock (_lock)
                known = Find(key);
        if (known is not null)
        {
            yield return new(known.Samples, known.SampleRate, known.Channels) { Seed = known.Seed, ModelId = known.ModelId };
            yield break;
        }
        var (samples, last) = (new List<float>(), (MusicResponseUpdate?)null);
        await foreach (var update in base.GenerateStreamingAsync(prompt, options, cancellationToken).ConfigureAwait(false))
        {
            if (key is not null && samples.Count <= _capacity / sizeof(float))
                samples.AddRange(update.Samples.Span);
            last = update;
            yield return update;
        }
        if (key is null || last is null)
            yield break;
        lock (_lock)
            Keep(key, new(samples.ToArray(), last.SampleRate, last.Channels) { Seed = last.Seed, ModelId = last.ModelId });
    }

    private async Task<MusicResponse> MakeAsync(Key key, CancellationToken cancellationToken)
    {
        await Task.Yield(); // not under the lock
        try
        {
            var response = await base.GenerateAsync(key.Prompt, key.Options, cancellationToken).ConfigureAwait(false);
            lock (_lock)
                Keep(key, response);
            return response;
        }
        finally
        {
            lock (_lock)
                _underWay.Remove(key);
        }
    }

    private MusicResponse? Find(Key key)
    {
        if (!_entries.TryGetValue(key, out var node))
            return null;
        _recent.Remove(node);
        _recent.AddFirst(node);
        return node.Value.Response;
    }

    private void Keep(Key key, MusicResponse response)
    {
        long size = (long)response.Samples.Length * sizeof(float);
        if (size > _capacity || _entries.ContainsKey(key))
            return;
        _entries[key] = _recent.AddFirst(new Entry(key, response));
        for (_size += size; _size > _capacity; )
        {
            var oldest = _recent.Last!;
            _recent.RemoveLast();
            _entries.Remove(oldest.Value.Key);
            _size -= (long)oldest.Value.Response.Samples.Length * sizeof(float);
        }
    }

    private sealed record Key(string Prompt, MusicOptions Options);

    private sealed record Entry(Key Key, MusicResponse Response);
}
