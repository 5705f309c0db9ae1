using System.Diagnostics;
using Melody.Autoencoder;
using Melody.Diffusion;
using Melody.Nn;
using Melody.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Melody.Evaluation.Speed;

/// <summary>How much of the machine's measured matmul peak two networks reach on a window of music.</summary>
internal sealed record PeakShare
{
    /// <summary>"float32" or "bfloat16".</summary>
    public required string Precision { get; init; }

    /// <summary>Threads that libtorch used.</summary>
    public required int Threads { get; init; }

    /// <summary>
    /// What a plain square matrix product reached before, between and behind the networks, best of all; operations a second.
    /// </summary>
    public required double MatmulPeak { get; init; }

    /// <summary>Seconds of a diffusion step of one window, both branches of guidance.</summary>
    public required double DenoiserSeconds { get; init; }

    /// <summary>Processor time of it, over all threads.</summary>
    public required double DenoiserProcessor { get; init; }

    /// <summary>Operations of that step.</summary>
    public required double DenoiserOperations { get; init; }

    /// <summary>Seconds for turning the latents of one window into samples.</summary>
    public required double DecoderSeconds { get; init; }

    /// <summary>Processor time of it, over all threads.</summary>
    public required double DecoderProcessor { get; init; }

    /// <summary>Operations of that.</summary>
    public required double DecoderOperations { get; init; }

    /// <summary>The denoiser's operations a second as a share of <see cref="MatmulPeak"/>.</summary>
    public double DenoiserShare => DenoiserOperations / DenoiserSeconds / MatmulPeak;

    /// <summary>The decoder's operations a second as a share of <see cref="MatmulPeak"/>.</summary>
    public double DecoderShare => DecoderOperations / DecoderSeconds / MatmulPeak;

    /// <summary>The denoiser's share by processor time, as a machine without neighbours might reach it.</summary>
    public double DenoiserProcessorShare => DenoiserOperations * Threads / DenoiserProcessor / MatmulPeak;

    /// <summary>The decoder's share by processor time.</summary>
    public double DecoderProcessorShare => DecoderOperations * Threads / DecoderProcessor / MatmulPeak;

    /// <summary>Measures; the fastest of <paramref name="runs"/> counts, as for the peak itself.</summary>
    public static PeakShare Measure(MusicModel model, int runs, CancellationToken cancellation = default)
    {
        using var use = ModelUse.Of(model.Precision);
        using var scope = NewDisposeScope();
        var sizes = model.Config.Denoiser;
        long tokens = sizes.WindowTokens();
        var device = model.TorchDevice;
        var latents = randn([1, sizes.Frames, sizes.LatentChannels], ScalarType.Float32, device);
        var angles = full([1, sizes.Frames], Math.PI / 4, ScalarType.Float32, device);
        var condition = model.Networks.Denoiser.Encode(zeros([1, tokens], ScalarType.Int64, device));
        var sound = (latents / 3).clamp(-1, 1);
        double peak = MatmulPeak();
        var denoiser = Time(() => model.Networks.Denoiser.Guided(latents, angles, condition, 2.5), runs, cancellation);
        peak = Math.Max(peak, MatmulPeak());
        var autoencoder = model.Config.CodecPart == Models.Parts.Autoencoder ? model.Networks.Autoencoder : null;
        var decoder = Time(() => autoencoder?.Decode(sound) ?? model.Networks.Codec.DecodeLevels(sound), runs, cancellation);
        return new()
        {
            Precision = ComputePrecision.Current == ScalarType.BFloat16 ? "bfloat16" : "float32",
            Threads = get_num_threads(),
            MatmulPeak = Math.Max(peak, MatmulPeak()),
            DenoiserSeconds = denoiser.Seconds,
            DenoiserProcessor = denoiser.Processor,
            DenoiserOperations = OperationCount.DenoiserStep(sizes, sizes.Frames, tokens, guided: true),
            DecoderSeconds = decoder.Seconds,
            DecoderProcessor = decoder.Processor,
            DecoderOperations = autoencoder is null ? 0 : OperationCount.Decoder(model.Config.Autoencoder, sizes.Frames),
        };

        double MatmulPeak() => Runtime.MatmulPeak.Measure(device);
    }

    /// <summary>The shortest time of a pass through a network by the wall clock and by the processor's, the first pass left out.</summary>
    public static (double Seconds, double Processor) Time(Func<Tensor> pass, int runs, CancellationToken cancellation)
    {
        var measured = new List<(double Seconds, double Processor)>();
        for (int run = 0; run <= runs; run++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var watch = Stopwatch.StartNew();
            var processor = Environment.CpuUsage.TotalTime;
            var result = pass();
            if (result.device_type == DeviceType.CUDA)
                cuda.synchronize(result.device);
            if (run > 0)
                measured.Add((watch.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - processor).TotalSeconds));
        }
        return (measured.Min(m => m.Seconds), measured.Min(m => m.Processor));
    }
}
