using System.Diagnostics;
using Melody.Autoencoder;
using Melody.Diffusion;
using Melody.Nn;
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

    /// <summary>What a plain square matrix product reached before, between and behind the networks, best of all; operations a second.</summary>
    public required double MatmulPeak { get; init; }

    /// <summary>Seconds of a diffusion step of one window, both branches of guidance.</summary>
    public required double DenoiserSeconds { get; init; }

    /// <summary>Operations of that step.</summary>
    public required double DenoiserOperations { get; init; }

    /// <summary>Seconds for turning the latents of one window into samples.</summary>
    public required double DecoderSeconds { get; init; }

    /// <summary>Operations of that.</summary>
    public required double DecoderOperations { get; init; }

    /// <summary>The denoiser's operations a second as a share of <see cref="MatmulPeak"/>.</summary>
    public double DenoiserShare => DenoiserOperations / DenoiserSeconds / MatmulPeak;

    /// <summary>The decoder's operations a second as a share of <see cref="MatmulPeak"/>.</summary>
    public double DecoderShare => DecoderOperations / DecoderSeconds / MatmulPeak;

    /// <summary>Measures; medians of <paramref name="runs"/> after one that is not counted.</summary>
    public static PeakShare Measure(MusicModel model, int runs, CancellationToken cancellation = default)
    {
        using var use = ModelUse.Of(model);
        using var scope = NewDisposeScope();
        var sizes = model.Config.Denoiser;
        long tokens = (long)sizes.Frames * sizes.TokenRate / sizes.LatentRate;
        var device = model.TorchDevice;
        var latents = randn([1, sizes.Frames, sizes.LatentChannels], ScalarType.Float32, device);
        var angles = full([1, sizes.Frames], Math.PI / 4, ScalarType.Float32, device);
        var condition = model.Networks.Denoiser.Encode(zeros([1, tokens], ScalarType.Int64, device));
        var sound = (latents / 3).clamp(-1, 1);
        double peak = MatmulPeak();
        double denoiser = Time(() => model.Networks.Denoiser.Guided(latents, angles, condition, 2.5), runs, cancellation);
        peak = Math.Max(peak, MatmulPeak());
        double decoder = Time(() => model.Networks.Autoencoder.Decode(sound), runs, cancellation);
        return new()
        {
            Precision = ComputePrecision.Current == ScalarType.BFloat16 ? "bfloat16" : "float32",
            Threads = get_num_threads(),
            MatmulPeak = Math.Max(peak, MatmulPeak()),
            DenoiserSeconds = denoiser,
            DenoiserOperations = OperationCount.DenoiserStep(sizes, sizes.Frames, tokens, guided: true),
            DecoderSeconds = decoder,
            DecoderOperations = OperationCount.Decoder(model.Config.Autoencoder, sizes.Frames),
        };

        double MatmulPeak() => Nn.MatmulPeak.Measure(device);
    }

    /// <summary>The median time of a pass through a network after one that is not counted.</summary>
    public static double Time(Func<Tensor> pass, int runs, CancellationToken cancellation)
    {
        var seconds = new List<double>();
        for (int run = 0; run <= runs; run++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var watch = Stopwatch.StartNew();
            var result = pass();
            if (result.device_type == DeviceType.CUDA) cuda.synchronize(result.device);
            if (run > 0) seconds.Add(watch.Elapsed.TotalSeconds);
        }
        return Median.Of(seconds);
    }
}
