using Melody.Evaluation.Metrics;

namespace Melody.Evaluation.Speed;

/// <summary>Where the time of one generation went, in seconds of wall clock unless said otherwise.</summary>
internal sealed record GenerationTiming
{
    /// <summary>Reading the prompt: text tower and quantizer.</summary>
    public required double Prompt { get; init; }

    /// <summary>Semantic tokens.</summary>
    public required double LanguageModel { get; init; }

    /// <summary>Diffusion.</summary>
    public required double Denoiser { get; init; }

    /// <summary>Latents to samples, with the limiter of a stream.</summary>
    public required double Decoder { get; init; }

    /// <summary>From the prompt to the first final samples.</summary>
    public required double FirstAudio { get; init; }

    /// <summary>From the prompt to the last sample.</summary>
    public required double Whole { get; init; }

    /// <summary>Processor time of all, over all threads.</summary>
    public required double Processor { get; init; }

    /// <summary>Processor time of language model and denoiser.</summary>
    public required double GeneratorsProcessor { get; init; }

    /// <summary>Passes through language model and denoiser; the two branches of guidance count as one, as in the paper.</summary>
    public required int Passes { get; init; }

    /// <summary>The stages in the order in which a prompt meets them.</summary>
    public static IReadOnlyList<string> Stages { get; } = ["prompt", "language model", "denoiser", "decoder"];

    /// <summary>Seconds of the <see cref="Stages"/>.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public IReadOnlyList<double> Parts => [Prompt, LanguageModel, Denoiser, Decoder];

    /// <summary>The median of each figure over several generations.</summary>
    public static GenerationTiming MedianOf(IReadOnlyCollection<GenerationTiming> timings) =>
        new()
        {
            Prompt = Median.Of(timings.Select(t => t.Prompt)),
            LanguageModel = Median.Of(timings.Select(t => t.LanguageModel)),
            Denoiser = Median.Of(timings.Select(t => t.Denoiser)),
            Decoder = Median.Of(timings.Select(t => t.Decoder)),
            FirstAudio = Median.Of(timings.Select(t => t.FirstAudio)),
            Whole = Median.Of(timings.Select(t => t.Whole)),
            Processor = Median.Of(timings.Select(t => t.Processor)),
            GeneratorsProcessor = Median.Of(timings.Select(t => t.GeneratorsProcessor)),
            Passes = timings.First().Passes,
        };
}
