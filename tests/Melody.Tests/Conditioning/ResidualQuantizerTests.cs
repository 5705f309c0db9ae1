using Melody.Conditioning;
using Melody.Nn;
using Melody.Tests.Reference;
using static Melody.Tests.Reference.FixedValues;
using static TorchSharp.torch;

namespace Melody.Tests.Conditioning;

/// <summary>The residual quantizer against a search by hand.</summary>
public sealed class ResidualQuantizerTests
{
    [Fact]
    public void EachLevelNamesTheNearestEntryToWhatIsLeft()
    {
        using var scope = NewDisposeScope();
        using var quantizer = new ResidualQuantizer(new() { Levels = 4, Entries = 7 }, 5, ParameterFactory.Random(1));
        quantizer.Codebooks.copy_(FixedValues.Tensor(2, 4, 7, 5) * 0.5);
        var vectors = Matrix(3, 40, 5);
        var codebooks = Flat(quantizer.Codebooks);

        var codes = quantizer.Encode(FixedValues.Tensor(vectors));
        var decoded = Flat(quantizer.Decode(codes));
        var forwarded = Flat(quantizer.forward(FixedValues.Tensor(vectors)));
        var named = codes.data<long>().ToArray();
        Assert.Equal([40, 4], codes.shape);

        for (int row = 0; row < 40; row++)
        {
            var left = Enumerable.Range(0, 5).Select(i => vectors[row, i]).ToArray();
            for (int level = 0; level < 4; level++)
            {
                double[] Entry(int e) => codebooks[((level * 7 + e) * 5)..((level * 7 + e + 1) * 5)];
                int best = Enumerable.Range(0, 7).MinBy(e => Entry(e).Zip(left, (c, v) => (c - v) * (c - v)).Sum());
                Assert.Equal(best, named[row * 4 + level]);
                left = [.. left.Zip(Entry(best), (v, c) => v - c)];
            }
            for (int i = 0; i < 5; i++)
                Assert.Equal(vectors[row, i] - left[i], decoded[row * 5 + i], 1e-5);
        }
        Assert.Equal(decoded, forwarded);
    }

    [Fact]
    public void CodebooksAreSavedAndNotTrained()
    {
        using var quantizer = new ResidualQuantizer(new() { Levels = 2, Entries = 3 }, 4, ParameterFactory.Random(1));
        Assert.Empty(quantizer.parameters());
        Assert.Equal([2, 3, 4], quantizer.state_dict()["codebooks"].shape);
        Assert.False(quantizer.Codebooks.requires_grad);
    }

    [Fact]
    public void FirstLevelsAloneDecodeToACoarserVector()
    {
        using var scope = NewDisposeScope();
        using var quantizer = new ResidualQuantizer(new() { Levels = 3, Entries = 4 }, 6, ParameterFactory.Random(5));
        var codes = quantizer.Encode(FixedValues.Tensor(6, 2, 6));
        var first = quantizer.Codebooks[0].index_select(0, codes.select(1, 0));
        AssertClose(first, quantizer.Decode(codes.narrow(1, 0, 1)));
    }
}
