using Melody.Diffusion;
using Melody.Models;
using Melody.Tests.Reference;
using Melody.Training.Setup;
using static TorchSharp.torch;

namespace Melody.Tests.Diffusion;

/// <summary>Styles against plain loops, and which of a palette is taken.</summary>
public sealed class StyleMeasureTests
{
    private const int Channels = 3;

    private static readonly DenoiserConfig Sizes = Parts.Denoiser.Config("test") with
    {
        Codebooks = [5, 4],
        LatentChannels = Channels,
        PromptWidth = Channels,
        StylePrompts = true,
        PaletteSize = 6,
    };

    private static StyleMeasure Make() => NewNetwork.Create(1, CPU, parameters => new StyleMeasure(Sizes, parameters));

    [Fact]
    public void A_style_is_the_mean_of_what_the_tokens_leave_open()
    {
        using var scope = NewDisposeScope();
        using var style = Make();
        double[] tables = FixedValues.Flat(FixedValues.Tensor(3, 9, Channels));
        style.Set(tensor(tables, [9, Channels]), 2.5);
        var random = new Random(4);
        const int tokens = 7;
        long[] ids = [.. Enumerable.Range(0, 2 * tokens * 2).Select(i => random.NextInt64(i % 2 == 0 ? 5 : 4))];
        // two latent frames a token
        var latents = FixedValues.Tensor(5, 2, 2 * tokens, Channels);
        double[] values = FixedValues.Flat(latents),
            found = FixedValues.Flat(style.Of(latents, tensor(ids, [2, tokens, 2])));
        for (int row = 0; row < 2; row++)
        for (int c = 0; c < Channels; c++)
        {
            double sum = 0;
            for (int frame = 0; frame < 2 * tokens; frame++)
            {
                int at = 2 * (row * tokens + frame / 2);
                double told = tables[ids[at] * Channels + c] + tables[(5 + ids[at + 1]) * Channels + c];
                sum += values[(row * 2 * tokens + frame) * Channels + c] - told;
            }
            Assert.Equal(sum / (2 * tokens) / 2.5, found[row * Channels + c], 1e-5);
        }
    }

    [Fact]
    public void New_music_takes_one_of_the_four_styles_whose_tokens_told_most_nearly_the_same()
    {
        using var scope = NewDisposeScope();
        using var style = Make();
        // token n of the first codebook tells n in every channel, the second nothing
        style.Set(cat([arange(5, float64).unsqueeze(1).expand(5, Channels), zeros(4, Channels, float64)]), 1);
        var numbers = arange(6, float32).unsqueeze(1).expand(6, Channels);
        style.SetPalette(numbers * 10, numbers);
        var tokens = tensor(new long[] { 4, 0, 4, 3, 4, 1 }, [1, 3, 2]);
        double[][] taken = [.. Enumerable.Range(0, 200).Select(seed => FixedValues.Flat(style.Pick(tokens, (ulong)seed)!))];
        Assert.All(taken, one => Assert.Equal([one[0], one[0], one[0]], one));
        // 4, then 3 and 5, then 2
        Assert.Equal([20, 30, 40, 50], taken.Select(one => one[0]).Distinct().Order());
        Assert.Equal(taken[7], FixedValues.Flat(style.Pick(tokens, 7)!));
    }

    [Fact]
    public void Without_a_palette_new_music_has_no_style()
    {
        using var style = NewNetwork.Create(1, CPU, parameters => new StyleMeasure(Sizes with { PaletteSize = 0 }, parameters));
        Assert.Null(style.Pick(zeros([1, 3, 2], int64), 1));
    }
}
