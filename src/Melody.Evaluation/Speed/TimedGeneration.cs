using Melody.Generation;

namespace Melody.Evaluation.Speed;

/// <summary>Makes music as a stream and watches the clock.</summary>
internal static class TimedGeneration
{
    /// <summary>What is asked for; the words hardly matter to the speed.</summary>
    public const string Prompt = "slow sad piano in A minor, 70 bpm";

    private const string LanguageModel = WindowProgress.TokenStage,
        Denoiser = WindowProgress.DiffusionStage,
        Reading = "prompt",
        Decoder = "decoder";

    /// <summary>Makes a piece once.</summary>
    /// <param name="model">The networks.</param>
    /// <param name="seconds">Length of the music.</param>
    /// <param name="steps">T, diffusion steps.</param>
    /// <param name="seed">Which piece.</param>
    /// <param name="cancellation">Ends the work within a step.</param>
    public static GenerationTiming Run(MusicModel model, double seconds, int steps, long seed, CancellationToken cancellation = default) =>
        RunAsync(model, seconds, steps, seed, cancellation).GetAwaiter().GetResult();

    private static async Task<GenerationTiming> RunAsync(
        MusicModel model,
        double seconds,
        int steps,
        long seed,
        CancellationToken cancellation
    )
    {
        var clock = new StageClock(model.TorchDevice);
        var options = new GenerationOptions
        {
            Seconds = seconds,
            Steps = steps,
            Seed = seed,
        };
        var plan = await GenerationPlan.ReadAsync(model, MusicRequest.From(Prompt), options, cancellation).ConfigureAwait(false);
        clock.Charge(Reading);
        using var session = await Session.OpenAsync(model, plan, LoudnessMode.FirstWindow, cancellation).ConfigureAwait(false);
        clock.Charge(LanguageModel); // it reads the conditions when it is opened
        double? first = null;
        while (await session.NextAsync(clock, cancellation).ConfigureAwait(false) is not null)
        {
            clock.Charge(Decoder);
            first ??= clock.Elapsed;
        }
        return new()
        {
            Prompt = clock[Reading],
            LanguageModel = clock[LanguageModel],
            Denoiser = clock[Denoiser],
            Decoder = clock[Decoder],
            FirstAudio = first!.Value,
            Whole = clock.Elapsed,
            Processor = clock.ProcessorSum,
            GeneratorsProcessor = clock.Processor(LanguageModel) + clock.Processor(Denoiser),
            Passes = session.FunctionEvaluations,
        };
    }
}
