using System.Runtime.CompilerServices;

namespace Melody.Tests.Abstractions;

/// <summary>A generator without a model: its music is as many samples as it has made pieces.</summary>
internal sealed class PlainGenerator : IMusicGenerator
{
    private int _calls;

    /// <summary>Passed before each piece.</summary>
    public Func<string, CancellationToken, Task> Before { get; init; } = (_, _) => Task.CompletedTask;

    /// <summary>Pieces so far.</summary>
    public int Calls => Volatile.Read(ref _calls);

    public bool IsDisposed { get; private set; }

    public async Task<MusicResponse> GenerateAsync(
        string prompt,
        MusicOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        int number = Interlocked.Increment(ref _calls);
        await Before(prompt, cancellationToken);
        return new(new float[(int)(100 * (options?.Seconds ?? 1))], 100, 1) { Seed = options?.Seed ?? number, ModelId = "plain" };
    }

    public async IAsyncEnumerable<MusicResponseUpdate> GenerateStreamingAsync(
        string prompt,
        MusicOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        int number = Interlocked.Increment(ref _calls);
        for (int i = 0; i < 3; i++)
        {
            await Before(prompt, cancellationToken);
            yield return new(new float[] { number, i }, 100, 2) { Seed = 5, ModelId = "plain" };
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose() => IsDisposed = true;
}
