using System.Collections.Concurrent;
using Melody.Audio;
using Melody.Studio.Engine;
using Melody.Studio.Orders;

namespace Melody.Studio.Tests.Support;

/// <summary>
/// An engine whose pieces are sine waves, made in steps that the test may hold: what is asked for and when it ends is then the test's
/// to decide, and no time has to be waited for.
/// </summary>
internal sealed class FakeEngine : IMusicEngine, IDisposable
{
    public const int Rate = 8000;
    private const int Steps = 10;

    private readonly SemaphoreSlim _steps = new(0);

    /// <summary>Whether the engine waits for <see cref="Allow"/> before each step.</summary>
    public bool Held { get; init; }

    /// <summary>What was begun: prompt and piece, in order.</summary>
    public ConcurrentQueue<string> Begun { get; } = new();

    /// <summary>Steps that were made, of all pieces.</summary>
    public int StepsMade => Volatile.Read(ref _stepsMade);

    private int _stepsMade;

    public EngineInfo Info { get; } = new("fake", "test", new string('0', 64), Rate, false, ComputeDevice.Cpu, []);

    public void Dispose() => _steps.Dispose();

    /// <summary>Lets so many steps pass.</summary>
    public void Allow(int steps = Steps) => _steps.Release(steps);

    public PromptUnderstanding Understand(string prompt) => new([], []);

    /// <summary>Prompts of the music without end, in order.</summary>
    public ConcurrentQueue<string> Endlessly { get; } = new();

    /// <summary>How many endless sounds are open.</summary>
    public int OpenSounds => Volatile.Read(ref _openSounds);

    private int _openSounds;

    public IEndlessSound Endless(string prompt)
    {
        Endlessly.Enqueue(prompt);
        Interlocked.Increment(ref _openSounds);
        return new Hum(this);
    }

    private sealed class Hum(FakeEngine engine) : IEndlessSound
    {
        public int Channels => 1;

        public int SampleRate => Rate;

        public ValueTask<ReadOnlyMemory<float>> ReadAsync(CancellationToken cancellation)
        {
            var samples = new float[Rate / 2];
            Array.Fill(samples, 0.25f);
            return ValueTask.FromResult<ReadOnlyMemory<float>>(samples);
        }

        public void ChangePrompt(string prompt) => engine.Endlessly.Enqueue(prompt);

        public ValueTask DisposeAsync()
        {
            Interlocked.Decrement(ref engine._openSounds);
            return ValueTask.CompletedTask;
        }
    }

    public async Task<MadeMusic> MakeAsync(
        MusicOrder order,
        int piece,
        AudioClip? source,
        IProgress<GenerationProgress> progress,
        Action<ReadOnlyMemory<float>>? listener,
        CancellationToken cancellation
    )
    {
        Begun.Enqueue($"{order.Prompt}#{piece}");
        var options = order.OptionsOf(piece);
        for (int step = 0; step < Steps; step++)
        {
            if (Held)
                await _steps.WaitAsync(cancellation);
            cancellation.ThrowIfCancellationRequested();
            Interlocked.Increment(ref _stepsMade);
            progress.Report(new("diffusion", (step + 1.0) / Steps));
        }
        if (order.Prompt == "a refused prompt")
            throw new MelodyException("The engine refuses this prompt.");
        var samples = new float[(int)(options.Seconds * Rate)];
        for (int i = 0; i < samples.Length; i++)
            samples[i] = 0.5f * MathF.Sin(2 * MathF.PI * 440 * i / Rate);
        listener?.Invoke(samples);
        var recipe = new GenerationRecipe
        {
            Task = order.Task.ToString().ToLowerInvariant(),
            Prompt = order.Prompt,
            Seed = options.Seed!.Value,
            Options = options,
            Bpm = options.Bpm,
            Model = "fake",
            ModelHash = Info.Hash,
            Version = "0",
        };
        return new(new AudioClip(samples, Rate), recipe);
    }
}
