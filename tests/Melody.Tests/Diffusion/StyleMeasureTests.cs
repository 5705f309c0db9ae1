using Melody.Diffusion;
using Melody.Models;
using Melody.Tests.Reference;
using Melody.Training.Setup;
using static TorchSharp.torch;

namespace Melody.Tests.Diffusion;

/// <summary>Styles against plain loops, and which passage of a palette is taken.</summary>
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
        PaletteTokens = 5,
    };

    private static StyleMeasure Make() => NewNetwork.Create(1, CPU, parameters => new StyleMeasure(Sizes, parameters));

    private static long[] Ids(int seed, int frames)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, 2 * frames).Select(i => random.NextInt64(i % 2 == 0 ? 5 : 4))];
    }

    [Fact]
    public void A_residue_is_what_the_tokens_of_its_frame_leave_open()
    {
        using var scope = NewDisposeScope();
        using var style = Make();
        double[] tables = FixedValues.Flat(FixedValues.Tensor(3, 9, Channels));
        style.Set(tensor(tables, [9, Channels]), 2.5);
        const int tokens = 7;
        long[] ids = Ids(4, 2 * tokens);
        // two latent frames a token
        var latents = FixedValues.Tensor(5, 2, 2 * tokens, Channels);
        double[] values = FixedValues.Flat(latents),
            found = FixedValues.Flat(style.Residues(latents, tensor(ids, [2, tokens, 2])));
        for (int frame = 0; frame < 2 * 2 * tokens; frame++)
        for (int c = 0; c < Channels; c++)
        {
            int at = 2 * (frame / 2);
            double told = tables[ids[at] * Channels + c] + tables[(5 + ids[at + 1]) * Channels + c];
            Assert.Equal((values[frame * Channels + c] - told) / 2.5, found[frame * Channels + c], 1e-5);
        }
    }

    [Fact]
    public void A_frame_recalls_the_frames_that_share_its_tokens()
    {
        using var scope = NewDisposeScope();
        const int tokens = 4,
            length = 6;
        int[] counts = [length, 3];
        long[] heard = Ids(8, 2 * length),
            ids = Ids(9, 2 * tokens);
        var residues = FixedValues.Tensor(5, 2, 2 * length, Channels);
        var there = tensor(counts).unsqueeze(1) > arange(length, int64).unsqueeze(0);
        double[] values = FixedValues.Flat(residues),
            found = FixedValues.Flat(StyleMeasure.Recall(residues, tensor(heard, [2, length, 2]), tensor(ids, [2, tokens, 2]), there));
        for (int row = 0; row < 2; row++)
        for (int frame = 0; frame < 2 * tokens; frame++)
        for (int c = 0; c < Channels; c++)
        {
            double sum = 0,
                weights = counts[row] * Math.Exp(2);
            for (int other = 0; other < counts[row]; other++)
            {
                int shared = 0;
                for (int book = 0; book < 2; book++)
                    if (heard[2 * (row * length + other) + book] == ids[2 * (row * tokens + frame / 2) + book])
                        shared++;
                double weight = Math.Exp(12 * shared / 2.0);
                weights += weight;
                sum += weight * values[(row * 2 * length + 2 * other + frame % 2) * Channels + c];
            }
            Assert.Equal(sum / weights, found[(row * 2 * tokens + frame) * Channels + c], 1e-5);
        }
    }

    [Fact]
    public void A_passage_is_recalled_as_its_tensors_are()
    {
        using var scope = NewDisposeScope();
        using var style = Make();
        long[] heard = Ids(8, 6);
        var residues = FixedValues.Tensor(5, 1, 12, Channels);
        var tokens = tensor(Ids(9, 4), [1, 4, 2]);
        var passage = new StylePassage([.. FixedValues.Flat(residues).Select(value => (float)value)], heard);
        Assert.Equal(
            FixedValues.Flat(StyleMeasure.Recall(residues, tensor(heard, [1, 6, 2]), tokens)),
            FixedValues.Flat(style.Recall(passage, tokens))
        );
    }

    [Fact]
    public void One_codebook_with_an_axis_and_without_recalls_the_same()
    {
        using var scope = NewDisposeScope();
        var residues = FixedValues.Tensor(5, 1, 3, Channels);
        Tensor heard = tensor(new long[] { 1, 2, 1 }, [1, 3]),
            tokens = tensor(new long[] { 2, 1, 0, 2 }, [1, 4]);
        Assert.Equal(
            FixedValues.Flat(StyleMeasure.Recall(residues, heard, tokens)),
            FixedValues.Flat(StyleMeasure.Recall(residues, heard.unsqueeze(-1), tokens.unsqueeze(-1)))
        );
    }

    [Fact]
    public void New_music_takes_one_of_the_passages_that_fit_nearly_as_well_as_the_best()
    {
        using var scope = NewDisposeScope();
        using var style = Make();
        var palette = style.Palette!;
        // passage n has the tokens n, 3 throughout; the last is the one before it once more
        var tokens = stack([tensor(new long[] { 0, 1, 2, 3, 4, 4 }), full(6, 3, int64)], -1).unsqueeze(1).expand(6, 5, 2);
        palette.Set(arange(6, float32).view(6, 1, 1).expand(palette.Residues.shape), tokens);
        float[] Taken(long[] music) =>
            [
                .. Enumerable
                    .Range(0, 100)
                    .Select(seed => palette.Pick(tensor(music, [1, 3, 2]), (ulong)seed).Residues[0])
                    .Distinct()
                    .Order(),
            ];
        Assert.Equal([2], Taken([2, 3, 2, 3, 2, 1]));
        Assert.Equal([4, 5], Taken([4, 3, 4, 3, 0, 3]));
        var one = palette.Pick(tensor(new long[] { 1, 3 }, [1, 1, 2]), 7);
        Assert.Equal([1, 3, 1, 3, 1, 3, 1, 3, 1, 3], one.Tokens);
        Assert.Equal(palette.Residues.numel() / 6, one.Residues.Length);
    }

    [Fact]
    public void Tokens_of_a_palette_survive_half_precision()
    {
        using var scope = NewDisposeScope();
        var sizes = Sizes with { Codebooks = [65536, 4] };
        using var style = NewNetwork.Create(1, CPU, parameters => new StyleMeasure(sizes, parameters));
        var random = new Random(3);
        var tokens = tensor(Enumerable.Range(0, 6 * 5 * 2).Select(i => random.NextInt64(i % 2 == 0 ? 65536 : 4)).ToArray(), [6, 5, 2]);
        style.Palette!.Set(zeros_like(style.Palette.Residues), tokens);
        foreach (var (name, buffer) in style.Palette.named_buffers())
            if (name == "tokens")
                buffer.copy_(buffer.to_type(ScalarType.Float16));
        Assert.Equal(tokens.data<long>().ToArray(), style.Palette.Tokens.contiguous().data<long>().ToArray());
    }

    [Fact]
    public void Without_a_palette_there_is_none()
    {
        using var style = NewNetwork.Create(1, CPU, parameters => new StyleMeasure(Sizes with { PaletteSize = 0 }, parameters));
        Assert.Null(style.Palette);
    }
}
