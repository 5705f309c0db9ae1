using System.Numerics;
using CsCheck;
using Melody.Audio;
using Melody.Autoencoder;
using Melody.Nn;
using Melody.Runtime;
using Melody.SemanticTokens;
using Melody.Tests.SemanticTokens;
using Melody.Training.Adversarial;
using Melody.Training.Losses;
using static Melody.Tests.Reference.FixedValues;
using static TorchSharp.torch;

namespace Melody.Tests.Training;

public sealed class LossTests
{
    [Fact]
    public void DivergenceOfKnownGaussians() =>
        Gen.Select(Gen.Double[-3, 3], Gen.Double[-4, 3])
            .Sample(
                (mean, logVariance) =>
                {
                    using var scope = NewDisposeScope();
                    double expected = 0.5 * (mean * mean + Math.Exp(logVariance) - 1 - logVariance);
                    double actual = KullbackLeibler
                        .ToStandardNormal(full(2, 3, mean, ScalarType.Float32), full(2, 3, logVariance, ScalarType.Float32))
                        .item<float>();
                    Assert.Equal(expected, actual, 1e-4 * Math.Max(1, expected));
                },
                iter: 50
            );

    [Fact]
    public void LeastSquaresGanLossesOfConstantScores()
    {
        using var scope = NewDisposeScope();
        IReadOnlyList<IReadOnlyList<Tensor>> real =
        [
            [full(4, 2f), full(3, 0.75f)],
            [full(2, 0.5f)],
        ];
        IReadOnlyList<IReadOnlyList<Tensor>> generated =
        [
            [full(4, 1.5f), full(3, 0.25f)],
            [full(2, -1f)],
        ];
        Assert.Equal(0.25 * 0.25 + 0.25 * 0.25 + 0.5 * 0.5 + 1, AdversarialLoss.Discriminator(real, generated).item<float>(), 1e-6);
        Assert.Equal(0.75 * 0.75 + 4, AdversarialLoss.Generator(generated).item<float>(), 1e-6);
        IReadOnlyList<IReadOnlyList<Tensor>> threeReal =

            [
                [full(4, 2f), full(4, 1f), full(3, 9f)],
            ],
            threeGenerated =

            [
                [full(4, 1.5f), full(4, 3f), full(3, 0f)],
            ];
        // two layers before the scores: (0.5 + 2) / 2
        Assert.Equal(1.25, AdversarialLoss.FeatureMatching(threeReal, threeGenerated).item<float>(), 1e-6);
    }

    [Fact]
    public void SpectralTermsAreTheirPlainLoops()
    {
        using var scope = NewDisposeScope();
        const int size = 16,
            hop = 4,
            samples = 64;
        double[] a = Series(1, samples),
            b = Series(2, samples);
        var terms = new MultiResolutionStftLoss([new Stft(size, hop, size)]).Compare(Tensor(1, 1, samples), Tensor(2, 1, samples));
        double[] left = Magnitudes(a, size, hop),
            right = Magnitudes(b, size, hop);
        Assert.Equal(left.Zip(right, (x, y) => Math.Abs(x - y)).Average(), terms.Magnitude.item<float>(), 1e-4);
        Assert.Equal(left.Zip(right, (x, y) => Math.Abs(Math.Log(x) - Math.Log(y))).Average(), terms.LogMagnitude.item<float>(), 1e-3);
        double norm = Math.Sqrt(left.Zip(right, (x, y) => (x - y) * (x - y)).Sum()) / (Math.Sqrt(right.Sum(y => y * y)) + 1e-3);
        Assert.Equal(norm, terms.Convergence.item<float>(), 1e-4);
    }

    // fewer numbers than a vector holds, some blocks and a rest, one thread and two; libtorch's own gradient is the truth
    [Theory]
    [InlineData(3, 1)]
    [InlineData(5_003, 1)]
    [InlineData(5_003, 2)]
    public void SpectralDistancesAndTheirGradientAreLibtorchs(int count, int threads)
    {
        using var scope = NewDisposeScope();
        int before = get_num_threads();
        set_num_threads(threads);
        try
        {
            double[] left = Series(1, 2 * count),
                right = Series(2, 2 * count);
            (left[0], left[1]) = (0, 0); // silence, beside sound and beside silence
            (left[2], left[3], right[2], right[3]) = (0, 1e-6, 0, 0);
            (left[4], left[5]) = (right[4], right[5]);
            Tensor Leaf() => tensor(left, dtype: ScalarType.Float32).view(1, 1, count, 2).requires_grad_(true);
            var (x, reference) = (Leaf(), Leaf());
            var y = tensor(right, dtype: ScalarType.Float32).view(1, 1, count, 2);
            var weights = tensor(new float[] { 0.7f, 1.3f, 2.1f });
            var distances = SpectralDistance.Between(view_as_complex(x), view_as_complex(y), 1e-2);
            var expected = SpectralDistance.WrittenOut(reference, y, 1e-2);
            AssertClose(Flat(expected), Flat(distances), 1e-5);
            (distances * weights).sum().backward();
            (expected * weights).sum().backward();
            AssertClose(Flat(reference.grad! * count), Flat(x.grad! * count));
            Assert.Equal(0, Flat(x.grad!)[1]);
        }
        finally
        {
            set_num_threads(before);
        }
    }

    [Fact]
    public void TheWaveformErrorIsARatioOfLengths()
    {
        using var scope = NewDisposeScope();
        var audio = Tensor(3, 2, 9000);
        Assert.Equal(0, WaveformError.Between(audio, audio).item<float>(), 1e-2);
        Assert.Equal(1, WaveformError.Between(zeros_like(audio), audio).item<float>(), 1e-4);
        Assert.Equal(0.25, WaveformError.Between(audio * 1.25, audio).item<float>(), 1e-4);
        Assert.Equal(2, WaveformError.Between(-audio, audio).item<float>(), 1e-4);
    }

    [Fact]
    public void AForecastIsComparedBinByBin()
    {
        using var scope = NewDisposeScope();
        // two frames of three bins; the first frame's phases are no forecast
        var spectra = complex(tensor(new float[] { 1, 1, 1, 4, 0, 9 }, [1, 2, 3]), tensor(new float[] { 0, 0, 0, 0, 1, 0 }, [1, 2, 3]));
        var magnitude = tensor(new float[] { 1, 1, 1, 4, 1, 9 }, [1, 2, 3]);
        var real = tensor(new float[] { 9, 9, 9, 1, 1, 0 }, [1, 2, 3]);
        var silence = zeros(1, 2, 3);
        var terms = SpectralForecastLoss.Compare(new((magnitude * 2).log(), real, silence, silence), spectra);
        Assert.Equal(Math.Log(2), terms.Magnitude.item<float>(), 1e-4);
        // weights 2, 1, 3; distances |1 - 1|², |i - 1|², |1 - 0|²
        Assert.Equal((2 * 0 + 1 * 2 + 3 * 1) / 6.0, terms.Phase.item<float>(), 1e-3);
    }

    [Fact]
    public void MelBandsHearAGainAsItsLogarithm()
    {
        using var scope = NewDisposeScope();
        var audio = Tensor(3, 2, 9000);
        Assert.Equal(0, new MelLoss(24000).Compare(audio, audio).item<float>());
        Assert.Equal(Math.Log(4), new MelLoss(24000).Compare(0.25 * audio, audio).item<float>(), 1e-3);
    }

    [Fact]
    public void MelBandsAreThePlainSumsOverTheirTriangles()
    {
        using var scope = NewDisposeScope();
        const int rate = 24000,
            samples = 3000;
        double[] a = Series(1, samples),
            b = [.. Series(2, samples).Select((v, i) => v * 0.3 * Math.Sin(i * 0.01))];
        double expected = new[] { 2048, 1024, 512 }.Average(size =>
        {
            double[] left = SlaneyBands(a, size, rate),
                right = SlaneyBands(b, size, rate);
            return left.Zip(right, (x, y) => Math.Abs(Math.Log(x + 1e-8) - Math.Log(y + 1e-8)) / 2).Average();
        });
        var target = tensor(b, dtype: ScalarType.Float32).unsqueeze(0);
        Assert.Equal(expected, new MelLoss(rate).Compare(Tensor(1, 1, samples), target).item<float>(), 1e-3 * expected);
    }

    [Fact]
    public void ATokenizerHearsItsOwnDifferenceAndStaysAsItIs()
    {
        using var scope = NewDisposeScope();
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        using var parameters = ParameterFactory.Random(1);
        using var tokenizer = new SemanticTokenizer(SemanticTokenizerTests.TinyMel, parameters);
        tokenizer.eval();
        var loss = new SemanticLoss(tokenizer);
        Tensor target = Tensor(3, 2, 1280),
            noise = Tensor(4, 2, 1280),
            audio = (target + 0.1 * noise).detach().requires_grad_(true);
        Assert.Equal(0, loss.Compare(target, target).item<float>());
        var near = loss.Compare(audio, target);
        Assert.InRange(near.item<float>(), 1e-3, loss.Compare(target + noise, target).item<float>());
        near.backward();
        Assert.True(audio.grad!.abs().sum().item<float>() > 0);
        Assert.All(tokenizer.parameters(), parameter => Assert.Null(parameter.grad));
    }

    [Fact]
    public void AnIdenticalSignalCostsNothing()
    {
        using var scope = NewDisposeScope();
        var audio = Tensor(3, 2, 9000);
        var terms = MultiResolutionStftLoss.Paper().Compare(audio, audio);
        Assert.Equal(0, terms.Magnitude.item<float>());
        Assert.Equal(0, terms.LogMagnitude.item<float>());
        Assert.Equal(0, terms.Convergence.item<float>());
    }

    [Fact]
    public void DiscriminatorsSeeTheWholeBatchAndEveryLayer()
    {
        using var scope = NewDisposeScope();
        using var parameters = ParameterFactory.Random(1);
        using var ensemble = new DiscriminatorEnsemble([
            new PeriodDiscriminator(5, [4, 8, 8], parameters),
            new SpectrogramDiscriminator(new Stft(64, 16, 32), 4, parameters),
        ]);
        var features = ensemble.Judge(Tensor(4, 3, 1003)); // 1003 is not a multiple of the period
        Assert.Equal(2, features.Count);
        Assert.Equal([4, 6], features.Select(f => f.Count));
        Assert.All(features.SelectMany(f => f), f => Assert.Equal(3, f.shape[0]));
        Assert.Equal([3, 4, 67, 5], features[0][0].shape); // ceil(1003 / 5) = 201 rows, strided by 3
        Assert.All(features, f => Assert.Equal(1, f[^1].shape[1]));
    }

    // energies of triangles with edges evenly spaced in Slaney's mel, where a sine of amplitude 1 reads 1
    private static double[] SlaneyBands(double[] x, int size, int rate)
    {
        static double Mel(double hertz) => hertz < 1000 ? hertz * 3 / 200 : 15 + 27 * Math.Log(hertz / 1000) / Math.Log(6.4);
        static double Hertz(double mel) => mel < 15 ? mel * 200 / 3 : 1000 * Math.Exp((mel - 15) * Math.Log(6.4) / 27);
        int bands = size / 16,
            frames = 1 + x.Length / (size / 4);
        var magnitudes = Magnitudes(x, size, size / 4);
        var edges = Enumerable.Range(0, bands + 2).Select(i => Hertz(Mel(rate / 2.0) * i / (bands + 1))).ToArray();
        return
        [
            .. Enumerable
                .Range(0, bands)
                .SelectMany(band =>
                    Enumerable
                        .Range(0, frames)
                        .Select(frame =>
                            Enumerable
                                .Range(0, size / 2 + 1)
                                .Sum(bin =>
                                {
                                    double hertz = (double)bin * rate / size;
                                    double height = Math.Min(
                                        (hertz - edges[band]) / (edges[band + 1] - edges[band]),
                                        (edges[band + 2] - hertz) / (edges[band + 2] - edges[band + 1])
                                    );
                                    return Math.Max(0, height) * 16 / size / size * Math.Pow(magnitudes[bin * frames + frame], 2);
                                })
                        )
                ),
        ];
    }

    // a periodic Hann window, frames centred on multiples of the hop, reflection at the ends
    private static double[] Magnitudes(double[] x, int size, int hop)
    {
        double At(int n)
        {
            if (n < 0)
                n = -n;
            return x[n < x.Length ? n : 2 * (x.Length - 1) - n];
        }
        var values = new List<double>();
        for (int k = 0; k <= size / 2; k++)
        for (int m = 0; m <= x.Length / hop; m++)
        {
            Complex sum = 0;
            for (int n = 0; n < size; n++)
                sum +=
                    At(m * hop + n - size / 2)
                    * (0.5 - 0.5 * Math.Cos(2 * Math.PI * n / size))
                    * Complex.FromPolarCoordinates(1, -2 * Math.PI * k * n / size);
            values.Add(Math.Max(1e-5, sum.Magnitude));
        }
        return [.. values];
    }
}
