using System.Diagnostics;
using Melody.Runtime;
using TorchSharp;

namespace Melody.Evaluation.Speed;

/// <summary>
/// The speed of a machine in ratios, in less than two minutes: figures that other work beside it moves little. Null is "not measured":
/// the time was up.
/// </summary>
internal sealed record QuickRatios
{
    private const double Seconds = 10;
    private const int Steps = 5,
        HeadlineSteps = 20,
        Runs = 3;

    // later parts are left out so that all ends within two minutes
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(80),
        GenerationsEnd = TimeSpan.FromSeconds(15);

    /// <summary>Seconds of music made in a second, 10 s in 5 steps.</summary>
    public double? RealTimeFactor { get; private set; }

    /// <summary>Time to the first samples as a share of the whole time for those 10 s.</summary>
    public double? FirstAudioShare { get; private set; }

    /// <summary>The language model's share of the whole time.</summary>
    public double? LanguageModelShare { get; private set; }

    /// <summary>The denoiser's share of the whole time.</summary>
    public double? DenoiserShare { get; private set; }

    /// <summary>The decoder's share of the whole time.</summary>
    public double? DecoderShare { get; private set; }

    /// <summary>The denoiser's operations a second as a share of the measured matmul peak.</summary>
    public double? DenoiserPeakShare { get; private set; }

    /// <summary>The decoder's operations a second as a share of the measured matmul peak.</summary>
    public double? DecoderPeakShare { get; private set; }

    /// <summary>A diffusion step on one thread over the same on all.</summary>
    public double? DenoiserThreadSpeedup { get; private set; }

    /// <summary>The matmul peak in bfloat16 over that in float32.</summary>
    public double? BFloat16MatmulSpeedup { get; private set; }

    /// <summary>The share of a MusicLM-style cascade's passes that MeLoDy does without, 10 s in 20 steps.</summary>
    public double? PassesSaved { get; private set; }

    /// <summary>How many times as long the cascade takes.</summary>
    public double? CascadeSecondsRatio { get; private set; }

    /// <summary>Measures until all is measured or the time is up.</summary>
    public static QuickRatios Measure(MusicModel model, CancellationToken cancellation)
    {
        using var timer = new CancellationTokenSource(Deadline);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellation);
        var ratios = new QuickRatios();
        foreach (
            var part in new Action<MusicModel, CancellationToken>[]
            {
                ratios.MeasureGeneration,
                ratios.MeasurePeak,
                ratios.MeasureThreads,
                ratios.MeasureHeadline,
            }
        )
        {
            try
            {
                part(model, both.Token);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                break;
            }
        }
        return ratios;
    }

    private void MeasureGeneration(MusicModel model, CancellationToken cancellation)
    {
        TimedGeneration.Run(model, 1, 1, 0, cancellation);
        var timings = new List<GenerationTiming>();
        for (var watch = Stopwatch.StartNew(); timings.Count == 0 || (timings.Count < Runs && watch.Elapsed < GenerationsEnd); )
            timings.Add(TimedGeneration.Run(model, Seconds, Steps, timings.Count, cancellation));
        var timing = GenerationTiming.MedianOf(timings);
        RealTimeFactor = Round(Seconds / timing.Whole);
        FirstAudioShare = Round(timing.FirstAudio / timing.Whole);
        LanguageModelShare = Round(timing.LanguageModel / timing.Whole);
        DenoiserShare = Round(timing.Denoiser / timing.Whole);
        DecoderShare = Round(timing.Decoder / timing.Whole);
    }

    private void MeasurePeak(MusicModel model, CancellationToken cancellation)
    {
        var share = PeakShare.Measure(model, Runs, cancellation);
        DenoiserPeakShare = Round(share.DenoiserShare);
        DecoderPeakShare = Round(share.DecoderShare);
        if (model.Precision != torch.ScalarType.BFloat16)
            return;
        double fast = Peak(torch.ScalarType.BFloat16),
            slow = Peak(torch.ScalarType.Float32);
        BFloat16MatmulSpeedup = Round(fast / slow);

        double Peak(torch.ScalarType type)
        {
            using var precision = ComputePrecision.Use(type);
            return MatmulPeak.Measure(model.TorchDevice);
        }
    }

    private void MeasureThreads(MusicModel model, CancellationToken cancellation)
    {
        int threads = torch.get_num_threads();
        if (threads == 1 || model.Device != ComputeDevice.Cpu)
            return;
        double all = PeakShare.Measure(model, Runs, cancellation).DenoiserSeconds;
        torch.set_num_threads(1);
        try
        {
            DenoiserThreadSpeedup = Round(PeakShare.Measure(model, Runs, cancellation).DenoiserSeconds / all);
        }
        finally
        {
            torch.set_num_threads(threads);
        }
    }

    private void MeasureHeadline(MusicModel model, CancellationToken cancellation)
    {
        var headline = Headline.Measure(model, Seconds, HeadlineSteps, 1, cancellation);
        PassesSaved = Round(headline.PassesSaved);
        CascadeSecondsRatio = Round(headline.SecondsRatio);
    }

    private static double Round(double value) => Math.Round(value, 4);
}
