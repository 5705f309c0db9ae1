using System.Diagnostics;
using System.Text.Json;

namespace Melody.Evaluation.Speed;

/// <summary>What a process of its own measured: it loads a model, makes a window of music cold and then whole pieces warm.</summary>
internal sealed record SpeedRun
{
    /// <summary>What the model is called.</summary>
    public required string Model { get; init; }

    /// <summary>Whether it is trained.</summary>
    public required bool Trained { get; init; }

    /// <summary>"cpu" or "cuda".</summary>
    public required string Device { get; init; }

    /// <summary>Threads that libtorch used.</summary>
    public required int Threads { get; init; }

    /// <summary>Length of the music.</summary>
    public required double Seconds { get; init; }

    /// <summary>T, diffusion steps.</summary>
    public required int Steps { get; init; }

    /// <summary>Seconds for loading the model.</summary>
    public required double Load { get; init; }

    /// <summary>Seconds from the start of the process to its first samples; null when the start is not known.</summary>
    public required double? ColdStart { get; init; }

    /// <summary>The most memory that the process held, bytes (of the host; a GPU's is not counted).</summary>
    public required long PeakBytes { get; init; }

    /// <summary>The warm generations.</summary>
    public required IReadOnlyList<GenerationTiming> Runs { get; init; }

    /// <summary>Measures in this process.</summary>
    /// <param name="model">The networks, just loaded.</param>
    /// <param name="load">How long that took.</param>
    /// <param name="started">
    /// The <see cref="Stopwatch.GetTimestamp"/> of the moment before the process was started, taken by its parent.
    /// </param>
    /// <param name="seconds">Length of the music.</param>
    /// <param name="steps">T.</param>
    /// <param name="runs">Warm generations.</param>
    /// <param name="cancellation">Ends the work within a step.</param>
    public static SpeedRun Measure(
        MusicModel model,
        double load,
        long? started,
        double seconds,
        int steps,
        int runs,
        CancellationToken cancellation
    )
    {
        double? before = started is { } timestamp ? Stopwatch.GetElapsedTime(timestamp).TotalSeconds : null;
        var sizes = model.Config.Denoiser;
        var cold = TimedGeneration.Run(model, Math.Min(seconds, (double)sizes.Frames / sizes.LatentRate), steps, 0, cancellation);
        GenerationTiming[] warm =
        [
            .. Enumerable.Range(1, runs).Select(seed => TimedGeneration.Run(model, seconds, steps, seed, cancellation)),
        ];
        using var process = Process.GetCurrentProcess();
        return new()
        {
            Model = model.Id,
            Trained = model.IsTrained,
            Device = model.Device == ComputeDevice.Cuda ? "cuda" : "cpu",
            Threads = TorchSharp.torch.get_num_threads(),
            Seconds = seconds,
            Steps = steps,
            Load = load,
            ColdStart = before + cold.FirstAudio,
            PeakBytes = process.PeakWorkingSet64,
            Runs = warm,
        };
    }

    /// <summary>Reads what another process printed.</summary>
    public static SpeedRun Parse(string json) =>
        JsonSerializer.Deserialize<SpeedRun>(json, JsonSerializerOptions.Web)
        ?? throw new MelodyException("The process that measures printed nothing.");

    /// <summary>The medians over the warm generations.</summary>
    public SpeedRow ToRow() =>
        new(Model, Trained, Device, Threads, Seconds, Steps, Runs.Count, Load, ColdStart, PeakBytes, GenerationTiming.MedianOf(Runs));
}

/// <summary>A line of the speed table: the medians of a <see cref="SpeedRun"/>.</summary>
/// <param name="Model">What the model is called.</param>
/// <param name="Trained">Whether it is trained.</param>
/// <param name="Device">"cpu" or "cuda".</param>
/// <param name="Threads">Threads that libtorch used.</param>
/// <param name="Seconds">Length of the music.</param>
/// <param name="Steps">T, diffusion steps.</param>
/// <param name="Runs">Warm generations that the medians are over.</param>
/// <param name="Load">Seconds for loading the model.</param>
/// <param name="ColdStart">Seconds from the start of the process to its first samples.</param>
/// <param name="PeakBytes">The most memory that the process held.</param>
/// <param name="Timing">Medians.</param>
internal sealed record SpeedRow(
    string Model,
    bool Trained,
    string Device,
    int Threads,
    double Seconds,
    int Steps,
    int Runs,
    double Load,
    double? ColdStart,
    long PeakBytes,
    GenerationTiming Timing
)
{
    /// <summary>Seconds of music made in a second: above 1 is faster than it plays.</summary>
    public double RealTimeFactor => Seconds / Timing.Whole;
}
