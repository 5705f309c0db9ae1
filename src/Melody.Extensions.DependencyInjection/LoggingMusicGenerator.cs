using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace Melody.Extensions.DependencyInjection;

/// <summary>Logs what is made: when a call begins (with its prompt, at the level debug), how long it took, and why it failed.</summary>
/// <param name="inner">Makes the music.</param>
/// <param name="logger">Where to.</param>
public sealed partial class LoggingMusicGenerator(IMusicGenerator inner, ILogger logger) : DelegatingMusicGenerator(inner)
{
    private readonly ILogger _logger = logger ?? throw new ArgumentNullException(nameof(logger));

    /// <inheritdoc/>
    public override async Task<MusicResponse> GenerateAsync(
        string prompt,
        MusicOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        long start = Stopwatch.GetTimestamp();
        Begun(_logger, prompt, options?.Seconds);
        try
        {
            var response = await base.GenerateAsync(prompt, options, cancellationToken).ConfigureAwait(false);
            Made(_logger, response.Duration.TotalSeconds, Since(start), response.Seed);
            return response;
        }
        catch (Exception e) when (Tell(e, start))
        {
            throw;
        }
    }

    /// <inheritdoc/>
    public override async IAsyncEnumerable<MusicResponseUpdate> GenerateStreamingAsync(
        string prompt,
        MusicOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        long start = Stopwatch.GetTimestamp();
        Begun(_logger, prompt, options?.Seconds);
        var (seconds, seed) = (0.0, (long?)null);
        await using var updates = base.GenerateStreamingAsync(prompt, options, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            try
            {
                if (!await updates.MoveNextAsync().ConfigureAwait(false))
                    break;
            }
            catch (Exception e) when (Tell(e, start))
            {
                throw;
            }
            (seconds, seed) = (
                seconds + (double)updates.Current.Samples.Length / updates.Current.Channels / updates.Current.SampleRate,
                updates.Current.Seed
            );
            yield return updates.Current;
        }
        Made(_logger, seconds, Since(start), seed);
    }

    // an exception filter: the stack is still that of the failure
    private bool Tell(Exception exception, long start)
    {
        if (exception is OperationCanceledException)
            Cancelled(_logger, Since(start));
        else
            Failed(_logger, exception, Since(start));
        return true;
    }

    private static double Since(long start) => Stopwatch.GetElapsedTime(start).TotalSeconds;

    [LoggerMessage(1, LogLevel.Debug, "Making {Seconds} seconds of music for \"{Prompt}\".")]
    private static partial void Begun(ILogger logger, string prompt, double? seconds);

    [LoggerMessage(2, LogLevel.Information, "Made {Music:0.##} seconds of music in {Elapsed:0.##} seconds with seed {Seed}.")]
    private static partial void Made(ILogger logger, double music, double elapsed, long? seed);

    [LoggerMessage(3, LogLevel.Information, "Music was cancelled after {Elapsed:0.##} seconds.")]
    private static partial void Cancelled(ILogger logger, double elapsed);

    [LoggerMessage(4, LogLevel.Warning, "No music after {Elapsed:0.##} seconds.")]
    private static partial void Failed(ILogger logger, Exception exception, double elapsed);
}
