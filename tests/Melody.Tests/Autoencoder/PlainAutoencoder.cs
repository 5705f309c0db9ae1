using System.Numerics;
using Melody.Autoencoder;
using Melody.Foundation;
using Melody.Nn;
using Melody.Tests.Reference;
using static Melody.Tests.Reference.PlainMath;

namespace Melody.Tests.Autoencoder;

/// <summary>
/// Both pairs of encoder and decoder as plain loops in double precision, from the state dictionary's values and the
/// paper's formulas. Sequences are [length, channels].
/// </summary>
internal sealed class PlainAutoencoder(AutoencoderConfig config, Dictionary<string, double[]> state)
{
    public (double[,] Mean, double[,] LogVariance) Encode(double[] audio)
    {
        var statistics = config.HifiGan is { } h ? EncodeHifiGan(h, audio) : EncodeSpectra(config.InverseStft!, audio);
        return (Columns(statistics, 0, config.LatentChannels), Columns(statistics, config.LatentChannels, config.LatentChannels));
    }

    public double[] Decode(double[,] latents) =>
        config.HifiGan is { } h ? DecodeHifiGan(h, latents) : DecodeSpectra(config.InverseStft!, latents);

    private double[,] EncodeHifiGan(HifiGanConfig h, double[] audio)
    {
        var x = new double[audio.Length, 1];
        for (int i = 0; i < audio.Length; i++)
            x[i, 0] = audio[i];
        x = Normalized(x, "encoder.input", h.DownChannels[0] / 2, 7, padding: 3);
        for (int i = 0; i < h.DownRates.Count; i++)
        {
            int kernel = h.DownKernels[i],
                rate = h.DownRates[i];
            x = Normalized(Rectified(x), $"encoder.down.{i}", h.DownChannels[i], kernel, rate, (int)Math.Ceiling((kernel - rate) / 2.0));
            x = Stack(x, $"encoder.stacks.{i}", h, paired: true);
        }
        return Normalized(Rectified(x), "encoder.output", 2 * config.LatentChannels, 7, padding: 3);
    }

    private double[] DecodeHifiGan(HifiGanConfig h, double[,] latents)
    {
        var x = Normalized(latents, "decoder.input", h.UpChannels[0], 7, padding: 3);
        for (int i = 0; i < h.UpRates.Count; i++)
        {
            int kernel = h.UpKernels[i],
                rate = h.UpRates[i],
                padding = (int)Math.Ceiling((kernel - rate) / 2.0);
            var weight = WeightNorm(state[$"decoder.up.{i}.weight_v"], state[$"decoder.up.{i}.weight_g"]);
            x = TransposedConvolution(
                Rectified(x),
                weight,
                state[$"decoder.up.{i}.bias"],
                h.UpChannels[i],
                kernel,
                rate,
                padding,
                2 * padding - (kernel - rate)
            );
            x = Stack(x, $"decoder.stacks.{i}", h, paired: false);
        }
        return Map(Normalized(Rectified(x), "decoder.output", 1, 7, padding: 3), Math.Tanh).Cast<double>().ToArray();
    }

    private double[,] Stack(double[,] x, string name, HifiGanConfig h, bool paired)
    {
        var sum = new double[x.GetLength(0), x.GetLength(1)];
        for (int b = 0; b < h.BlockKernels.Count; b++)
        {
            int kernel = h.BlockKernels[b],
                channels = x.GetLength(1);
            var y = x;
            for (int d = 0; d < h.BlockDilations.Count; d++)
            {
                int dilation = h.BlockDilations[d];
                var update = Normalized(
                    Rectified(y),
                    $"{name}.blocks.{b}.dilated.{d}",
                    channels,
                    kernel,
                    1,
                    (kernel - 1) * dilation / 2,
                    dilation
                );
                if (paired)
                    update = Normalized(Rectified(update), $"{name}.blocks.{b}.plain.{d}", channels, kernel, 1, (kernel - 1) / 2);
                y = Add(y, update);
            }
            sum = Add(sum, y);
        }
        return Map(sum, v => v / h.BlockKernels.Count);
    }

    private double[,] Normalized(double[,] x, string name, int outputs, int kernel, int stride = 1, int padding = 0, int dilation = 1) =>
        Convolution(
            x,
            WeightNorm(state[$"{name}.weight_v"], state[$"{name}.weight_g"]),
            state[$"{name}.bias"],
            outputs,
            kernel,
            stride,
            padding,
            dilation
        );

    private static double[,] Rectified(double[,] x) => Map(x, v => v < 0 ? 0.1 * v : v);

    private double[,] EncodeSpectra(InverseStftConfig s, double[] audio)
    {
        int bins = s.FftSize / 2 + 1;
        var spectra = Spectra(audio, s.FftSize, s.HopLength);
        var x = new double[spectra.Length / bins, 5 * bins];
        for (int i = 0; i < spectra.Length; i++)
        {
            int t = i / bins,
                k = i % bins;
            double magnitude = Math.Max(spectra[i].Magnitude, 1e-4);
            x[t, k] = Math.Log(magnitude);
            var own = spectra[i] * Math.Pow(magnitude, -0.7);
            (x[t, 3 * bins + k], x[t, 4 * bins + k]) = (own.Real, own.Imaginary);
            if (t == 0)
                continue;
            double before = Math.Max(spectra[i - bins].Magnitude, 1e-4);
            var turn = spectra[i] * Complex.Conjugate(spectra[i - bins] * MiddleTurn(s, k)) * Math.Pow(magnitude * before, -0.85);
            (x[t, bins + k], x[t, 2 * bins + k]) = (turn.Real, turn.Imaginary);
        }
        x = Linear(x, state["encoder.input.weight"], state["encoder.input.bias"]);
        for (int i = 0; i < s.EncoderLayers; i++)
            x = ConvNeXt(x, $"encoder.blocks.{i}", s);
        x = LayerNorm(x, state["encoder.norm.weight"], state["encoder.norm.bias"]);
        return Linear(x, state["encoder.output.weight"], state["encoder.output.bias"]);
    }

    private double[] DecodeSpectra(InverseStftConfig s, double[,] latents)
    {
        int bins = s.FftSize / 2 + 1;
        var x = Convolution(latents, state["decoder.input.weight"], state["decoder.input.bias"], s.Width, s.Kernel, padding: s.Kernel / 2);
        for (int i = 0; i < s.DecoderLayers; i++)
            x = ConvNeXt(x, $"decoder.blocks.{i}", s);
        x = LayerNorm(x, state["decoder.norm.weight"], state["decoder.norm.bias"]);
        var logMagnitude = Linear(x, state["decoder.magnitude.weight"], state["decoder.magnitude.bias"]);
        var phase = Linear(x, state["decoder.phase.weight"], state["decoder.phase.bias"]);
        var spectra = new Complex[x.GetLength(0), bins];
        for (int t = 0; t < x.GetLength(0); t++)
        {
            var random = new CounterRandom(0x6d656c6f6479, (ulong)t);
            for (int k = 0; k < bins; k++)
            {
                var expected = new Complex(phase[t, 2 * bins + k], phase[t, 3 * bins + k]);
                if (t > 0)
                    expected += Continued(s, spectra, phase, t, k);
                if (expected.Magnitude > 1)
                    expected /= expected.Magnitude;
                var direction =
                    expected
                    + Complex.FromPolarCoordinates(1 - expected.Magnitude * expected.Magnitude, 2 * Math.PI * random.Uniform((ulong)k));
                spectra[t, k] = direction / direction.Magnitude * Math.Min(Math.Exp(logMagnitude[t, k]), s.FftSize / 2.0);
            }
        }
        return Signal(spectra, s.FftSize, s.HopLength);
    }

    // the bin and its two neighbours of the frame before, each turned, as they overlap under a Hann window
    private static Complex Continued(InverseStftConfig s, Complex[,] spectra, double[,] phase, int t, int k)
    {
        int bins = spectra.GetLength(1);
        var sum = Complex.Zero;
        double weight = 1e-3;
        for (int j = Math.Max(k - 1, 0); j <= Math.Min(k + 1, bins - 1); j++)
        {
            var turned = spectra[t - 1, j] * MiddleTurn(s, j) * new Complex(1 + phase[t, j], phase[t, bins + j]);
            sum += turned * (j == k ? 1 : -0.5);
            weight += spectra[t - 1, j].Magnitude * (j == k ? 1 : 0.5);
        }
        return sum / weight;
    }

    private static Complex MiddleTurn(InverseStftConfig s, int bin) =>
        Complex.FromPolarCoordinates(1, 2 * Math.PI * bin * s.HopLength / s.FftSize);

    private double[,] ConvNeXt(double[,] input, string name, InverseStftConfig s)
    {
        var x = Convolution(
            input,
            state[$"{name}.depthwise.weight"],
            state[$"{name}.depthwise.bias"],
            s.Width,
            s.Kernel,
            padding: s.Kernel / 2,
            groups: s.Width
        );
        x = LayerNorm(x, state[$"{name}.norm.weight"], state[$"{name}.norm.bias"]);
        x = Map(Linear(x, state[$"{name}.expand.weight"], state[$"{name}.expand.bias"]), Gelu);
        x = Linear(x, state[$"{name}.contract.weight"], state[$"{name}.contract.bias"]);
        var scale = state[$"{name}.scale"];
        for (int t = 0; t < x.GetLength(0); t++)
        for (int c = 0; c < s.Width; c++)
            x[t, c] *= scale[c];
        return Add(input, x);
    }

    /// <summary>The Fourier sums of Hann-windowed frames centred on their hops, silence beyond the ends; frame by frame.</summary>
    public static Complex[] Spectra(double[] audio, int length, int hop)
    {
        int frames = audio.Length / hop,
            bins = length / 2 + 1,
            margin = (length - hop) / 2;
        var spectra = new Complex[frames * bins];
        for (int t = 0; t < frames; t++)
        for (int k = 0; k < bins; k++)
        for (int n = 0; n < length; n++)
        {
            int at = t * hop - margin + n;
            if (at < 0 || at >= audio.Length)
                continue;
            spectra[t * bins + k] += audio[at] * Hann(n, length) * Complex.FromPolarCoordinates(1, -2 * Math.PI * k * n / length);
        }
        return spectra;
    }

    /// <summary>Σ w y / Σ w² over the frames that reach a sample, y the real inverse Fourier sum of a frame.</summary>
    private static double[] Signal(Complex[,] spectra, int length, int hop)
    {
        int frames = spectra.GetLength(0),
            margin = (length - hop) / 2;
        double[] sum = new double[frames * hop],
            weight = new double[frames * hop];
        for (int t = 0; t < frames; t++)
        for (int n = 0; n < length; n++)
        {
            int at = t * hop - margin + n;
            if (at < 0 || at >= sum.Length)
                continue;
            double y = spectra[t, 0].Real + spectra[t, length / 2].Real * (n % 2 == 0 ? 1 : -1);
            for (int k = 1; k < length / 2; k++)
                y += 2 * (spectra[t, k] * Complex.FromPolarCoordinates(1, 2 * Math.PI * k * n / length)).Real;
            sum[at] += Hann(n, length) * y / length;
            weight[at] += Hann(n, length) * Hann(n, length);
        }
        return sum.Zip(weight, (a, b) => a / b).ToArray();
    }

    private static double Hann(int n, int length) => 0.5 - 0.5 * Math.Cos(2 * Math.PI * n / length);

    private static double[,] Columns(double[,] x, int first, int count)
    {
        var y = new double[x.GetLength(0), count];
        for (int t = 0; t < y.GetLength(0); t++)
        for (int c = 0; c < count; c++)
            y[t, c] = x[t, first + c];
        return y;
    }
}
