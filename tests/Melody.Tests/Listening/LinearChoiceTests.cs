using Melody.Evaluation.Estimators;
using Melody.Listening;

namespace Melody.Tests.Listening;

/// <summary>The minimiser and the choice model against closed forms, and the parts that fitting is made of.</summary>
public sealed class LinearChoiceTests
{
    [Fact]
    public void A_quadratic_bowl_has_its_minimum()
    {
        // sum of (i + 1) (x_i - i)^2
        var found = Lbfgs.Minimize(
            (x, gradient) =>
            {
                double value = 0;
                for (int i = 0; i < x.Length; i++)
                {
                    value += (i + 1) * Math.Pow(x[i] - i, 2);
                    gradient[i] = 2 * (i + 1) * (x[i] - i);
                }
                return value;
            },
            12,
            tolerance: 1e-10
        );
        for (int i = 0; i < 12; i++)
            Assert.Equal(i, found[i], 1e-6);
    }

    [Fact]
    public void Without_a_prior_the_probabilities_are_the_frequencies()
    {
        // yes or no with one constant feature: yes 3 times of 4, so the weight is log 3
        float[][] candidates =
        [
            [1],
            [0],
        ];
        var examples = Enumerable.Range(0, 40).Select(i => new ChoiceExample(candidates, i % 4 < 3 ? [1, 0] : [0, 1])).ToList();
        var choice = LinearChoice.Fit(examples, ridge: 1e-9);
        Assert.Equal(Math.Log(3), choice.Weights[0], 1e-3);
        Assert.Equal(0.75, choice.Probabilities(candidates)[0], 1e-3);
    }

    [Theory]
    [InlineData(1008)]
    [InlineData(64)]
    [InlineData(30)]
    public void The_fourier_transform_is_its_sum(int size)
    {
        var random = new Random(3);
        var samples = Enumerable.Range(0, size).Select(_ => random.NextDouble() - 0.5).ToArray();
        var spectrum = new System.Numerics.Complex[size];
        new FourierTransform(size).Transform(samples, spectrum);
        for (int k = 0; k < size; k += 7)
        {
            var sum = System.Numerics.Complex.Zero;
            for (int n = 0; n < size; n++)
                sum += samples[n] * System.Numerics.Complex.FromPolarCoordinates(1, -2 * Math.PI * k * n / size);
            Assert.Equal(0, (sum - spectrum[k]).Magnitude, 1e-10);
        }
        var sine = Melody.Tests.Audio.Sounds.Sine(4, size, 5 * size, 0.5);
        Assert.Equal(0.5, new FourierTransform(size).Magnitudes(sine, size)[2][4], 1e-3);
    }

    [Fact]
    public void The_embedded_weights_fit_their_features_and_survive_the_file()
    {
        var weights = FittedWeights.Default;
        Assert.Contains("fit-estimators", weights.Provenance, StringComparison.Ordinal);
        Assert.Equal((37, 51), (weights.Tempi.Weights.Length, weights.Drums.Weights.Length));
        Assert.Equal(weights.Keys, FittedWeights.Describe(weights.KeyNetwork));
        Assert.Equal(
            weights.ToJson(),
            System
                .Text.Json.JsonSerializer.Deserialize<FittedWeights>(weights.ToJson(), System.Text.Json.JsonSerializerOptions.Web)!
                .ToJson()
        );
    }

    [Theory]
    [InlineData(10)]
    [InlineData(-5)]
    public void Noise_stands_so_many_decibels_under_the_sound(double decibels)
    {
        var clip = new Melody.Audio.AudioClip(Melody.Tests.Audio.Sounds.Sine(440, 24_000, 24_000, 0.5), 24_000);
        var noisy = Degradation.AddNoise(clip, decibels, 1).Samples.ToArray();
        double noise = noisy.Zip(clip.Samples.ToArray(), (a, b) => Math.Pow(a - b, 2)).Sum(),
            sound = clip.Samples.ToArray().Sum(v => (double)v * v);
        Assert.Equal(decibels, 10 * Math.Log10(sound / noise), 0.01);
    }

    [Fact]
    public void Darkening_takes_the_treble_and_leaves_the_bass()
    {
        static double Kept(double hertz)
        {
            var clip = new Melody.Audio.AudioClip(Melody.Tests.Audio.Sounds.Sine(hertz, 24_000, 24_000, 0.5), 24_000);
            return Math.Sqrt(
                Degradation.Darken(clip, 1000).Samples.ToArray().Sum(v => (double)v * v) / clip.Samples.ToArray().Sum(v => (double)v * v)
            );
        }
        Assert.InRange(Kept(100), 0.97, 1.03);
        Assert.True(Kept(8000) < 0.01);
    }
}
