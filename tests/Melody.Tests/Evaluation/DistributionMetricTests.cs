using CsCheck;
using Melody.Evaluation.Metrics;
using TorchSharp;

namespace Melody.Tests.Evaluation;

/// <summary>Measures of distributions against closed forms.</summary>
public sealed class DistributionMetricTests
{
    private static GaussianStatistics Gaussian(double[] mean, params double[] covariance) => new(mean, covariance);

    [Fact]
    public void Frechet_distance_of_diagonal_gaussians_is_that_of_means_and_deviations()
    {
        var a = Gaussian([0, 1, 2], 4, 0, 0, 0, 1, 0, 0, 0, 9);
        var b = Gaussian([3, 1, 0], 1, 0, 0, 0, 1, 0, 0, 0, 0.25);
        // |m|^2 + sum (s1 - s2)^2 = 9 + 4 + (2-1)^2 + 0 + (3-0.5)^2
        Assert.Equal(9 + 4 + 1 + 6.25, FrechetDistance.Between(a, b), 1e-9);
        Assert.Equal(0, FrechetDistance.Between(a, a), 1e-9);
    }

    [Fact]
    public void Frechet_distance_in_two_dimensions_has_a_closed_form_and_is_symmetric() =>
        // tr((AB)^1/2) of a 2 x 2 product with eigenvalues x, y is sqrt(x + y + 2 sqrt(xy)) = sqrt(tr AB + 2 sqrt(det AB))
        Gen.Select(
                Gen.Double[0.5, 3],
                Gen.Double[-0.4, 0.4],
                Gen.Double[0.5, 3],
                Gen.Double[0.5, 3],
                Gen.Double[-0.4, 0.4],
                Gen.Double[0.5, 3]
            )
            .Sample(
                (p, q, r, s, t, u) =>
                {
                    var (a, b) = (Gaussian([1, 2], p, q, q, r), Gaussian([0, 4], s, t, t, u));
                    double trace = p * s + 2 * q * t + r * u,
                        determinant = (p * r - q * q) * (s * u - t * t);
                    double expected = 1 + 4 + p + r + s + u - 2 * Math.Sqrt(trace + 2 * Math.Sqrt(determinant));
                    Assert.Equal(expected, FrechetDistance.Between(a, b), 1e-8);
                    Assert.Equal(expected, FrechetDistance.Between(b, a), 1e-8);
                },
                iter: 50
            );

    [Fact]
    public void Statistics_of_points_are_mean_and_unbiased_covariance()
    {
        var statistics = GaussianStatistics.Of([
            [1, 0],
            [3, 4],
            [5, 2],
        ]);
        Assert.Equal([3, 2], statistics.Mean.Select(m => Math.Round(m, 9)));
        Assert.Equal([4, 2, 2, 4], statistics.Covariance.Select(c => Math.Round(c, 9)));
        Assert.Throws<MelodyException>(() =>
            GaussianStatistics.Of([
                [1f, 2f],
            ])
        );
        // fewer points than dimensions: singular, and still at no distance from itself
        Assert.Equal(
            0,
            FrechetDistance.Between(
                GaussianStatistics.Of([
                    [1, 0, 2],
                    [3, 4, 5],
                ]),
                GaussianStatistics.Of([
                    [1, 0, 2],
                    [3, 4, 5],
                ])
            ),
            1e-6
        );
    }

    [Fact]
    public void Agreement_counts_cosines_and_first_places()
    {
        float[][] sounds =
        [
            [1, 0],
            [0, 2],
            [3, 3],
        ];
        var agreement = TextAudioAgreement.Of(
            [
                [2, 0],
                [1, 0],
                [1, 1],
            ],
            sounds
        );
        Assert.Equal((1 + 0 + 1) / 3.0, agreement.Similarity, 1e-9);
        Assert.Equal(2 / 3.0, agreement.Top1, 1e-9);
        Assert.Equal(
            1 / 3.0,
            TextAudioAgreement
                .Of(
                    sounds,
                    [
                        [1, 1],
                        [1, 1],
                        [1, 1],
                    ]
                )
                .Top1,
            1e-9
        ); // all alike: chance
    }

    [Fact]
    public void Diversity_of_equal_right_angled_and_opposite_vectors()
    {
        Assert.Equal(
            0,
            Diversity.Of([
                [1, 2],
                [2, 4],
                [3, 6],
            ]),
            1e-7
        );
        Assert.Equal(
            1,
            Diversity.Of([
                [1, 0],
                [0, 1],
            ]),
            1e-9
        );
        Assert.Equal(
            (1 + 1 + 2) / 3.0,
            Diversity.Of([
                [1, 0],
                [0, 1],
                [-1, 0],
            ]),
            1e-9
        );
        Assert.True(
            double.IsNaN(
                Diversity.Of([
                    [1, 0],
                ])
            )
        );
    }

    [Fact]
    public void Token_histograms_lie_between_equal_and_apart()
    {
        Assert.Equal(0, TokenHistogram.Distance([1, 2, 3], [10, 20, 30]), 1e-12);
        Assert.Equal(1, TokenHistogram.Distance([1, 0], [0, 7]), 1e-12);
        // p = (1, 0), q = (1/2, 1/2): (log2(4/3) + 1/2 log2(2/3) + 1/2 log2 2) / 2
        Assert.Equal((Math.Log2(4 / 3.0) + Math.Log2(2 / 3.0) / 2 + 0.5) / 2, TokenHistogram.Distance([5, 0], [3, 3]), 1e-12);
        Assert.True(double.IsNaN(TokenHistogram.Distance([0, 0], [1, 1])));
        Assert.Equal([1L, 0, 2], TokenHistogram.Count([2, 0, 2], 3));
    }

    [Fact]
    public void Perplexity_of_even_chances_is_their_number()
    {
        Assert.Equal(8, Perplexity.Of([.. Enumerable.Repeat(Math.Log(1 / 8.0), 5)]), 1e-9);
        using var logits = torch.tensor(new float[] { 0, 0, 0, 0, MathF.Log(3), 0, 0, 0 }, 2, 4);
        using var tokens = torch.tensor(new long[] { 2, 0 });
        var values = Perplexity.LogProbabilities(logits, tokens);
        Assert.Equal(Math.Log(0.25), values[0], 1e-6);
        Assert.Equal(Math.Log(0.5), values[1], 1e-6);
        Assert.Equal(Math.Sqrt(8), Perplexity.Of(values), 1e-5);
    }
}
