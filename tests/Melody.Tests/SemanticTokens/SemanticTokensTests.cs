using CsCheck;
using Melody.Audio;
using Melody.Nn;
using Melody.Presets;
using Melody.Runtime;
using Melody.SemanticTokens;
using Melody.Tests.LanguageModel;
using Melody.Tests.Reference;
using static Melody.Tests.SemanticTokens.SemanticTokenizerTests;
using static TorchSharp.torch;

namespace Melody.Tests.SemanticTokens;

/// <summary>Tokens: one a hop, the nearest centre, whatever the windows.</summary>
public sealed class SemanticTokensTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void OneTokenForEachWholeHop() =>
        Gen.Select(Gen.Bool, Gen.Int[1, 3], Gen.Int[0, 3000])
            .Sample(
                (mel, batch, samples) =>
                {
                    using var scope = NewDisposeScope();
                    using var precision = ComputePrecision.Use(ScalarType.Float32);
                    var config = mel ? TinyMel : TinyWaveform;
                    var tokens = Make(config).Tokenize(FixedValues.Tensor(2, batch, samples), Cancellation);
                    Assert.Equal(ScalarType.Int64, tokens.dtype);
                    Assert.Equal([batch, samples / config.Hop, 1], tokens.shape);
                    if (tokens.numel() > 0)
                        Assert.All(tokens.data<long>().ToArray(), t => Assert.InRange(t, 0, 15));
                },
                iter: 20,
                threads: 1
            );

    [Fact]
    public void TokensAreTheNearestCentresOfNormalizedEmbeddings()
    {
        using var scope = NewDisposeScope();
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        var tokenizer = Make(TinyMel);
        var audio = FixedValues.Tensor(2, 1, 20 * 64);
        var embeddings = FixedValues.Matrix(tokenizer.Embed(audio, Cancellation));
        var state = FixedValues.State(tokenizer);
        var tokens = tokenizer.Tokenize(audio, Cancellation);
        for (int t = 0; t < 20; t++)
        {
            double Distance(int code) =>
                Enumerable
                    .Range(0, 8)
                    .Sum(i => Math.Pow((embeddings[t, i] - state["mean"][i]) / state["deviation"][i] - state["centres"][code * 8 + i], 2));
            Assert.Equal(Enumerable.Range(0, 16).MinBy(Distance), tokens[0, t].item<long>());
        }
    }

    /// <summary>Where the reach is at most the margin, windows leave no trace: every embedding equals that of one long window.</summary>
    [Fact]
    public void WindowsLeaveNoTrace() =>
        Gen.Int[1, 90]
            .Sample(
                frames =>
                {
                    using var scope = NewDisposeScope();
                    using var precision = ComputePrecision.Use(ScalarType.Float32);
                    SemanticTokenizer cut = Make(TinyMel),
                        whole = Make(TinyMel with { WindowFrames = 1000 });
                    Assert.True(cut.Trunk.Reach(TinyMel.TapLayer) <= TinyMel.MarginFrames);
                    var audio = FixedValues.Tensor(4, 1, frames * 64 + 3);
                    FixedValues.AssertClose(whole.Embed(audio, Cancellation), cut.Embed(audio, Cancellation), 1e-4);
                },
                iter: 25,
                threads: 1
            );

    /// <summary>A change of the sound moves embeddings as far as the stated reach and no farther.</summary>
    [Fact]
    public void ReachIsWhatItSays()
    {
        using var scope = NewDisposeScope();
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        var tokenizer = Make(TinyMel with { WindowFrames = 1000 });
        var audio = FixedValues.Tensor(4, 1, 60 * 64);
        var changed = audio.clone();
        changed.narrow(1, 30 * 64, 64).mul_(-0.3);
        var moved = (tokenizer.Embed(audio, Cancellation) - tokenizer.Embed(changed, Cancellation)).abs().amax([0, 2]) > 1e-6;
        int reach = tokenizer.Trunk.Reach(TinyMel.TapLayer)!.Value;
        var places = Enumerable.Range(0, 60).Where(t => moved[t].item<bool>()).ToArray();
        Assert.InRange(places[0], 30 - reach, 30 - reach + 3);
        Assert.InRange(places[^1], 30 + reach - 3, 30 + reach);
        Assert.Null(Make(TinyWaveform).Trunk.Reach(1));
    }

    [Fact]
    public void PresetsThatPromiseItReachNoFartherThanTheMargin()
    {
        using var scope = NewDisposeScope();
        foreach (var preset in new[] { "mini", "test" })
        {
            var config = PresetFile.Read<SemanticTokenizerConfig>(preset, "semantic-tokenizer");
            Assert.InRange(new Wav2Vec2Conformer(config, ParameterFactory.Meta()).Reach(config.TapLayer)!.Value, 1, config.MarginFrames);
        }
    }

    [Fact]
    public void NothingIsLeftBehind()
    {
        using var scope = NewDisposeScope();
        var tokenizer = Make(TinyMel);
        var audio = FixedValues.Tensor(2, 1, 60 * 64);
        tokenizer.Tokenize(audio, Cancellation).Dispose();
        long before = TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (int i = 0; i < 5; i++)
            tokenizer.Tokenize(audio, Cancellation).Dispose();
        Assert.Equal(before, TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}
