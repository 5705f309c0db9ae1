namespace Melody.Soak;

/// <summary>What a host does with a model for hours; every piece is asked for on a thread of the pool.</summary>
/// <param name="generator">With a loaded model.</param>
/// <param name="options">Of each piece; the seed counts up.</param>
internal sealed class Loops(MusicGenerator generator, GenerationOptions options)
{
    private static readonly string[] Prompts = ["slow piano", "fast drums and bass, 140 bpm", "sad violin in A minor", "guitar duo"];

    private int _made;

    /// <summary>One piece after the other.</summary>
    public async Task BatchAsync(Gauge gauge, CancellationToken stop)
    {
        while (gauge.Continues)
        {
            await MakeAsync(stop).ConfigureAwait(false);
            gauge.Count("songs");
        }
    }

    /// <summary>Eight pieces at once, again and again.</summary>
    public async Task ConcurrentAsync(Gauge gauge, CancellationToken stop)
    {
        while (gauge.Continues)
        {
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => MakeAsync(stop))).ConfigureAwait(false);
            gauge.Count("rounds of eight");
        }
    }

    /// <summary>A stream of a quarter of an hour, again and again.</summary>
    public async Task StreamAsync(Gauge gauge, CancellationToken stop)
    {
        while (gauge.Continues)
        {
            await foreach (
                var chunk in generator
                    .StreamAsync(Prompts[0], options with { Seconds = 900, Seed = ++_made }, cancellation: stop)
                    .ConfigureAwait(false)
            )
            {
                gauge.Count("chunks", (double)chunk.Samples.Length / chunk.Channels / chunk.SampleRate);
                if (!gauge.Continues)
                    break;
                await Task.Yield(); // goes on on another thread of the pool
            }
        }
    }

    private Task<GenerationResult> MakeAsync(CancellationToken stop)
    {
        int number = Interlocked.Increment(ref _made);
        return Task.Run(
            () => generator.GenerateAsync(Prompts[number % Prompts.Length], options with { Seed = number }, cancellation: stop),
            stop
        );
    }
}
