using CsCheck;
using Melody.Audio;
using Melody.Nn;
using Melody.Presets;
using Melody.Runtime;
using Melody.SemanticTokens;
using Melody.Tests.LanguageModel;
using Melody.Tests.Reference;
using static TorchSharp.torch;

namespace Melody.Tests.SemanticTokens;

public sealed class BatchNormTests
{
    [Fact]
    public void BatchNormFollowsItsFormulaAndKeepsRunningAverages()
    {
        using var scope = NewDisposeScope();
        var norm = FixedValues.Fill(new BatchNorm(3, ParameterFactory.Random(1)));
        var before = FixedValues.State(norm);
        var x = FixedValues.Tensor(2, 4, 5, 3);
        var values = FixedValues.Flat(x);
        norm.train();
        var actual = FixedValues.Flat(norm.forward(x));
        var after = FixedValues.State(norm);
        for (int c = 0; c < 3; c++)
        {
            var places = Enumerable.Range(0, 20).Select(i => i * 3 + c).ToArray();
            double mean = places.Average(i => values[i]),
                variance = places.Average(i => (values[i] - mean) * (values[i] - mean));
            foreach (int i in places)
                Assert.Equal((values[i] - mean) / Math.Sqrt(variance + 1e-5) * before["weight"][c] + before["bias"][c], actual[i], 1e-4);
            Assert.Equal(0.9 * before["running_mean"][c] + 0.1 * mean, after["running_mean"][c], 1e-5);
            Assert.Equal(0.9 * before["running_var"][c] + 0.1 * variance * 20 / 19, after["running_var"][c], 1e-5);
        }
    }
}
