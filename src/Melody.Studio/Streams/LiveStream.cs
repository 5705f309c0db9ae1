using System.Runtime.CompilerServices;
using Melody.Studio.Engine;

namespace Melody.Studio.Streams;

/// <summary>Music without end on its way to one client.</summary>
/// <param name="id">By which its prompt is changed.</param>
/// <param name="sound">The music.</param>
/// <param name="clock">For the pace: a client that keeps everything gets at most a quarter of a minute more than it can have heard.</param>
internal sealed class LiveStream(string id, IEndlessSound sound, TimeProvider clock)
{
    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(15);

    /// <summary>By which its prompt is changed.</summary>
    public string Id => id;

    /// <summary>Hz.</summary>
    public int SampleRate => sound.SampleRate;

    /// <summary>Samples in a frame.</summary>
    public int Channels => sound.Channels;

    /// <summary>Leads over to other music at a bar line.</summary>
    /// <exception cref="MelodyException">The prompt cannot be used; the music stays.</exception>
    public void ChangePrompt(string prompt) => sound.ChangePrompt(prompt);

    /// <summary>The music.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<float>> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        long start = clock.GetTimestamp(),
            sent = 0;
        while (true)
        {
            var samples = await sound.ReadAsync(cancellation).ConfigureAwait(false);
            if (samples.IsEmpty)
                yield break;
            yield return samples;
            sent += samples.Length / Channels;
            var early = TimeSpan.FromSeconds((double)sent / SampleRate) - clock.GetElapsedTime(start) - Ahead;
            if (early > TimeSpan.Zero)
                await Task.Delay(early, clock, cancellation).ConfigureAwait(false);
        }
    }
}
