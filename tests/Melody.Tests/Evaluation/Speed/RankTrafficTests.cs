using Melody.Evaluation.Speed;

namespace Melody.Tests.Evaluation.Speed;

public sealed class RankTrafficTests
{
    [Fact]
    public void A_ring_of_four_sends_three_halves_of_the_gradient()
    {
        var row = new RankTrafficRow("a stage", 8, 1_000_000, 4_000_000, 2e12);
        Assert.Equal(6e6, row.RingBytes(4), 1e-3);
        Assert.Equal(0.048, row.Seconds(4, 1e9), 1e-9);
        Assert.Equal(5, row.ComputeSeconds(4, 1e11), 1e-9);
        // at that number of ranks the exchange takes a tenth of the step
        double ranks = row.RanksAtTenth(1e11, 1e9);
        double exchange = 8 * 2 * (ranks - 1) / ranks * 4e6 / 1e9,
            computing = 2e12 / ranks / 1e11;
        Assert.Equal(0.1, exchange / (exchange + computing), 1e-9);
    }

    [Fact]
    public void The_sizes_are_those_of_the_networks()
    {
        var traffic = RankTraffic.Of("paper", 8, 1e14);
        var language = traffic.Rows.Single(row => row.Stage == "semantic-lm");
        Assert.Equal((64, 429_970_432), (language.Batch, language.Parameters)); // as 'melody info --preset paper' counts
        Assert.Equal(4 * 429_970_432L, language.GradientBytes);
        Assert.Equal(
            ["autoencoder", "joint-embedding", "semantic-tokenizer", "semantic-lm", "diffusion"],
            traffic.Rows.Select(row => row.Stage)
        );
        Assert.Equal(5, traffic.ToMarkdown().Split('\n').Count(line => line.EndsWith(" |", StringComparison.Ordinal)) - 1);
    }
}
