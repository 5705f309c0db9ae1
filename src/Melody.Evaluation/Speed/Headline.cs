using Melody.Evaluation.Metrics;
using Melody.Runtime;

namespace Melody.Evaluation.Speed;

/// <summary>
/// The paper's headline measured for one length of music: MeLoDy against a MusicLM-style cascade on the same machine in the
/// same run, from the prefix tokens to all that a decoder of sound needs.
/// </summary>
/// <param name="Seconds">Length of the music.</param>
/// <param name="Steps">T, diffusion steps of MeLoDy.</param>
/// <param name="Runs">How often each was measured; they take turns, and the medians count.</param>
/// <param name="Melody">MeLoDy's generation.</param>
/// <param name="Cascade">The cascade's stages.</param>
internal sealed record Headline(double Seconds, int Steps, int Runs, GenerationTiming Melody, IReadOnlyList<CascadeTiming> Cascade)
{
    /// <summary>MeLoDy's seconds for tokens and latents; the prompt and the decoder of sound are in neither of the two.</summary>
    public double MelodySeconds => Melody.LanguageModel + Melody.Denoiser;

    /// <summary>The cascade's passes.</summary>
    public int CascadePasses => Cascade.Sum(stage => stage.Passes);

    /// <summary>The cascade's seconds.</summary>
    public double CascadeSeconds => Cascade.Sum(stage => stage.Seconds);

    /// <summary>The share of the cascade's passes that MeLoDy does without; the paper states 95.7 % for 10 s.</summary>
    public double PassesSaved => 1 - (double)Melody.Passes / CascadePasses;

    /// <summary>The cascade's processor time.</summary>
    public double CascadeProcessor => Cascade.Sum(stage => stage.Processor);

    /// <summary>How many times as much processor time the cascade takes.</summary>
    public double ProcessorRatio => CascadeProcessor / Melody.GeneratorsProcessor;

    /// <summary>How many times as long the cascade takes.</summary>
    public double SecondsRatio => CascadeSeconds / MelodySeconds;

    /// <summary>Measures both.</summary>
    /// <param name="model">MeLoDy.</param>
    /// <param name="seconds">Length of the music.</param>
    /// <param name="steps">T.</param>
    /// <param name="runs">How often.</param>
    /// <param name="cancellation">Ends the work within a step.</param>
    public static Headline Measure(MusicModel model, double seconds, int steps, int runs, CancellationToken cancellation)
    {
        using var cascade = new MusicLmCascade(model.Config.SemanticLanguageModel, model.TorchDevice);
        TimedGeneration.Run(model, 1, 1, 0, cancellation);
        cascade.Run(0.2, cancellation);
        var (ours, theirs) = (new List<GenerationTiming>(), new List<IReadOnlyList<CascadeTiming>>());
        for (int run = 0; run < runs; run++)
        {
            ours.Add(TimedGeneration.Run(model, seconds, steps, run, cancellation));
            using var use = ModelUse.Of(model.Precision);
            theirs.Add(cascade.Run(seconds, cancellation));
        }
        return new(
            seconds,
            steps,
            runs,
            GenerationTiming.MedianOf(ours),
            [
                .. theirs[0]
                    .Select(
                        (stage, i) =>
                            stage with
                            {
                                Seconds = Median.Of(theirs.Select(t => t[i].Seconds)),
                                Processor = Median.Of(theirs.Select(t => t[i].Processor)),
                            }
                    ),
            ]
        );
    }
}
