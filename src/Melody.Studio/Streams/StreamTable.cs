using System.Collections.Concurrent;
using Melody.Prompting;
using Melody.Studio.Engine;
using Melody.Studio.Store;

namespace Melody.Studio.Streams;

/// <summary>The streams that are open: few, because each of them keeps the networks busy for as long as it lasts.</summary>
internal sealed class StreamTable(IMusicEngine engine, TimeProvider clock)
{
    /// <summary>How many may be open.</summary>
    public const int Most = 2;

    private readonly ConcurrentDictionary<string, LiveStream> _open = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>Runs a stream for as long as somebody listens.</summary>
    /// <param name="prompt">What the music is like.</param>
    /// <param name="listen">Sends it.</param>
    /// <exception cref="MelodyException">The prompt cannot be used.</exception>
    /// <exception cref="TooManyStreamsException">There are enough.</exception>
    public async Task RunAsync(string prompt, Func<LiveStream, Task> listen)
    {
        PromptLimits.Check(prompt);
        if (Interlocked.Increment(ref _count) > Most)
        {
            Interlocked.Decrement(ref _count);
            throw new TooManyStreamsException();
        }
        try
        {
            await using var sound = engine.Endless(prompt);
            var stream = new LiveStream(TimedId.New(), sound, clock);
            _open[stream.Id] = stream;
            try
            {
                await listen(stream).ConfigureAwait(false);
            }
            finally
            {
                _open.TryRemove(stream.Id, out _);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _count);
        }
    }

    /// <summary>An open stream; null where there is none of that id.</summary>
    public LiveStream? Find(string id) => _open.GetValueOrDefault(id);
}

/// <summary>As many streams are open as the server makes.</summary>
internal sealed class TooManyStreamsException()
    : Exception($"{StreamTable.Most} streams are open, and the server makes no more at once; try again when one has ended.");
