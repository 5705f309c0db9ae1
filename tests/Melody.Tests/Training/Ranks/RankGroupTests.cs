using Melody.Nn;
using Melody.SemanticTokens;
using Melody.Tests.Reference;
using Melody.Training.Losses;
using Melody.Training.Ranks;
using static TorchSharp.torch;

namespace Melody.Tests.Training.Ranks;

/// <summary>What ranks compute of parts of a batch is what one process computes of the whole.</summary>
public sealed class RankGroupTests
{
    private const int Size = 3,
        Rows = 4,
        Width = 5;

    private static readonly Tensor Whole = FixedValues.Tensor(11, Size * Rows, Width);

    private static Tensor OwnRows(RankGroup ranks) => Whole.narrow(0, ranks.Rank * Rows, Rows).clone().requires_grad_();

    // the gradient of a scale that every rank has, averaged over the ranks as the training does
    private static void AssertLikeWhole(Func<RankGroup, Tensor, Tensor> loss)
    {
        double Gradient(RankGroup ranks, Tensor rows)
        {
            using var scope = NewDisposeScope();
            var scale = tensor(new[] { 1.3f }).requires_grad_();
            loss(ranks, rows * scale).backward();
            return scale.grad!.item<float>();
        }
        double expected = Gradient(RankGroup.Alone, Whole);
        var found = RankThreads.Run(Size, ranks => ranks.Sum(Gradient(ranks, OwnRows(ranks)))[0] / Size);
        Assert.All(found, gradient => Assert.Equal(expected, gradient, 1e-5 * Math.Max(1, Math.Abs(expected))));
    }

    [Fact]
    public void A_loss_of_totals_has_the_gradient_of_the_whole_batch() =>
        AssertLikeWhole((ranks, rows) => ranks.Total(rows.square().sum()).sqrt() / (ranks.Total(rows.abs().sum()) + 3));

    [Fact]
    public void A_loss_of_means_has_the_gradient_of_the_whole_batch() =>
        AssertLikeWhole((ranks, rows) => (ranks.Mean(rows.exp().mean()) + 1).log() + ranks.Mean(rows.mean()).square());

    [Fact]
    public void A_loss_that_compares_all_rows_has_the_gradient_of_the_whole_batch() =>
        AssertLikeWhole(
            (ranks, rows) =>
            {
                var all = ranks.Gather(nn.functional.normalize(rows + 0.3, dim: -1));
                return ContrastiveLoss.Compute(all, nn.functional.normalize(Whole + 1, dim: -1), tensor(0.2f));
            }
        );

    [Fact]
    public void A_batch_norm_is_that_of_the_whole_batch()
    {
        (double[] Output, double[] Input, double[] Weight, double[] Mean, double[] Variance) Run(RankGroup ranks, Tensor input)
        {
            using var norm = new BatchNorm(Width, ParameterFactory.Random(1));
            norm.train();
            if (!ranks.IsAlone)
                norm.Together = (ranks.MeanBothWays, ranks.Size);
            var output = norm.forward(input);
            // no symmetric loss, or the gradient of the input would vanish
            (output.pow(3) + output * 0.5).mean().backward();
            var weight = norm.parameters().First().grad!;
            return (
                FixedValues.Flat(output),
                FixedValues.Flat(input.grad!),
                FixedValues.Flat(weight),
                FixedValues.Flat(norm.get_buffer("running_mean")!),
                FixedValues.Flat(norm.get_buffer("running_var")!)
            );
        }
        var whole = Run(RankGroup.Alone, Whole.clone().requires_grad_());
        var parts = RankThreads.Run(Size, ranks => Run(ranks, OwnRows(ranks)));
        void Close(IEnumerable<double> expected, IEnumerable<double> found) =>
            Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 2e-5));
        Close(whole.Output, parts.SelectMany(part => part.Output));
        Close(whole.Input, parts.SelectMany(part => part.Input).Select(gradient => gradient / Size));
        Close(whole.Weight, Enumerable.Range(0, Width).Select(c => parts.Average(part => part.Weight[c])));
        foreach (var part in parts)
        {
            Close(whole.Mean, part.Mean);
            Close(whole.Variance, part.Variance);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_numbers_that_ranks_draw_are_the_rows_of_one_process(bool transposed)
    {
        Tensor Like(int rows) =>
            transposed ? empty([rows, 7, 6], ScalarType.Float32).transpose(1, 2) : empty([rows, 6, 7], ScalarType.Float32);
        random.manual_seed(77);
        var expected = FixedValues.Flat(cat([rand_like(Like(Size * 2)), randn_like(Like(Size * 2))], 1)).Chunk(2 * 6 * 14).ToArray();
        var found = RankThreads.Run(Size, ranks =>
        {
            ranks.BeginStep(77);
            return FixedValues.Flat(cat([ranks.Uniform(Like(2)), ranks.Normal(Like(2))], 1));
        });
        Assert.Equal(expected, found);
    }

    [Fact]
    public void Rank_0_decides()
    {
        var found = RankThreads.Run(Size, ranks =>
        {
            using var values = tensor(new[] { 5.5f + ranks.Rank, ranks.Rank });
            ranks.Broadcast(values);
            return (
                ranks.FirstSays(ranks.Rank == 0),
                ranks.FirstSays(ranks.Rank != 0),
                ranks.Any(ranks.Rank == 2),
                ranks.OfFirst(ranks.Rank + 0.25),
                values[0].item<float>()
            );
        });
        Assert.All(found, said => Assert.Equal((true, false, true, 0.25, 5.5f), said));
    }
}
