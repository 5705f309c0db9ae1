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

public sealed class SemanticTokenizerTests
{
    [Fact]
    public void Short_windows_stand_behind_the_long_ones_in_each_frame()
    {
        using var scope = NewDisposeScope();
        var brief = new MelFrontEndConfig
        {
            FftSize = 32,
            Hop = 16,
            Bands = 3,
        };
        var config = TinyMel with { ShortMel = brief };
        var audio = tensor(FixedValues.Series(5, 5 * config.Hop + 17), ScalarType.Float32).unsqueeze(0);
        using var parameters = ParameterFactory.Random(1);
        var both = FrontEnd.Make(config, parameters);
        var features = both.forward(audio);
        Assert.Equal([1, 5, 10 + 4 * 3], features.shape);
        Assert.True(features.narrow(-1, 0, 10).equal(new MelFrontEnd(config, config.Mel!).forward(audio)).all().item<bool>());
        Assert.True(features.narrow(-1, 10, 12).equal(new MelFrontEnd(config, brief).forward(audio)).all().item<bool>());
        Assert.Equal(1, both.Reach);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    internal static readonly SemanticTokenizerConfig TinyWaveform = new()
    {
        Hop = 12,
        Waveform = new()
        {
            Channels = 6,
            Kernels = [7, 3, 2],
            Strides = [3, 2, 2],
        },
        Layers = 2,
        Width = 8,
        Heads = 2,
        FeedForward = 12,
        Kernel = 5,
        PositionalKernel = 4,
        PositionalGroups = 2,
        TapLayer = 1,
        Codes = 16,
    };

    internal static readonly SemanticTokenizerConfig TinyMel = new()
    {
        Hop = 64,
        Mel = new()
        {
            FftSize = 128,
            Hop = 32,
            Bands = 5,
        },
        Layers = 3,
        Width = 8,
        Heads = 2,
        FeedForward = 12,
        Kernel = 3,
        AttentionReach = 2,
        TapLayer = 2,
        Codes = 16,
        WindowFrames = 24,
        MarginFrames = 9,
    };

    // running variances must be positive, and all state should matter
    internal static SemanticTokenizer Make(SemanticTokenizerConfig config)
    {
        var tokenizer = FixedValues.Fill(new SemanticTokenizer(config, ParameterFactory.Random(1)));
        using var _ = no_grad();
        foreach (var (name, value) in tokenizer.state_dict())
            if (name.EndsWith("running_var", StringComparison.Ordinal) || name == "deviation")
                value.add_(1);
        tokenizer.eval();
        return tokenizer;
    }

    [Fact]
    public void WaveformNetworkIsThePlainLoops()
    {
        using var scope = NewDisposeScope();
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        var trunk = Make(TinyWaveform).Trunk;
        var samples = FixedValues.Series(3, 7 * 12 + 5);
        var plain = new PlainConformer(TinyWaveform, FixedValues.State(trunk));
        var expectedFeatures = plain.WaveformFeatures(samples);
        var features = trunk.Features(tensor(samples, ScalarType.Float32).unsqueeze(0));
        Assert.Equal([1, 7, 6], features.shape);
        FixedValues.AssertClose(expectedFeatures, features);
        bool[] masked = [false, true, true, false, false, false, true];
        AssertStates(plain, expectedFeatures, trunk, features, masked);
        FixedValues.AssertClose(
            plain.Output(plain.HiddenStates(expectedFeatures)),
            trunk.forward(tensor(samples, ScalarType.Float32).unsqueeze(0)),
            3e-4
        );
    }

    [Fact]
    public void ReachedAttentionIsThePlainLoops()
    {
        using var scope = NewDisposeScope();
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        var trunk = Make(TinyMel).Trunk;
        var features = FixedValues.Matrix(8, 11, trunk.FeatureWidth);
        var plain = new PlainConformer(TinyMel, FixedValues.State(trunk));
        AssertStates(plain, features, trunk, FixedValues.Tensor(features).unsqueeze(0), null);
        using var _ = no_grad(); // the fused kernel
        AssertStates(plain, features, trunk, FixedValues.Tensor(features).unsqueeze(0), null);
    }

    [Fact]
    public void AReadoutIsWhatIsClustered()
    {
        using var scope = NewDisposeScope();
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        var config = TinyMel with { Readout = 3 };
        var tokenizer = Make(config);
        var samples = FixedValues.Tensor(3, 1, 20 * config.Hop);
        var state = FixedValues.State(tokenizer);
        var hidden = new PlainConformer(config, FixedValues.State(tokenizer.Trunk)).HiddenStates(
            Rows(tokenizer.Trunk.Features(samples)[0])
        )[config.TapLayer];
        var expected = new double[20, 3];
        for (int frame = 0; frame < 20; frame++)
        for (int value = 0; value < 3; value++)
        {
            double score = state["readout.bias"][value];
            for (int c = 0; c < config.Width; c++)
                score += state["readout.weight"][value * config.Width + c] * hidden[frame, c];
            expected[frame, value] = PlainMath.Sigmoid(score);
        }
        var embedded = tokenizer.Embed(samples);
        FixedValues.AssertClose(expected, embedded[0], 3e-4);

        var nearest = new long[20];
        for (int frame = 0; frame < 20; frame++)
            nearest[frame] = Enumerable
                .Range(0, config.Codes)
                .MinBy(code =>
                    Enumerable
                        .Range(0, 3)
                        .Sum(value =>
                            Math.Pow(
                                (embedded[0, frame, value].item<float>() - state["mean"][value]) / state["deviation"][value]
                                    - state["centres"][code * 3 + value],
                                2
                            )
                        )
                );
        Assert.Equal(nearest, tokenizer.Tokenize(samples).data<long>().ToArray());
    }

    private static double[,] Rows(Tensor matrix)
    {
        var rows = new double[matrix.shape[0], matrix.shape[1]];
        for (int i = 0; i < rows.GetLength(0); i++)
        for (int j = 0; j < rows.GetLength(1); j++)
            rows[i, j] = matrix[i, j].item<float>();
        return rows;
    }

    private static void AssertStates(
        PlainConformer plain,
        double[,] expectedFeatures,
        Wav2Vec2Conformer trunk,
        Tensor features,
        bool[]? masked
    )
    {
        var expected = plain.HiddenStates(expectedFeatures, masked);
        var actual = trunk.HiddenStates(features, masked is null ? null : tensor(masked).unsqueeze(0));
        Assert.Equal(expected.Count, actual.Count);
        for (int i = 0; i < expected.Count; i++)
            FixedValues.AssertClose(expected[i], actual[i], 3e-4);
    }

    /// <summary>One mel frame by a discrete Fourier transform written out, and the place of each frame in its token.</summary>
    [Fact]
    public void MelFeaturesAreLogMelFramesSideBySide()
    {
        using var scope = NewDisposeScope();
        var config = TinyMel;
        var mel = config.Mel!;
        var samples = FixedValues.Series(5, 5 * config.Hop + 17);
        var features = new MelFrontEnd(config, mel).forward(tensor(samples, ScalarType.Float32).unsqueeze(0));
        Assert.Equal([1, 5, 10], features.shape);
        var filters = new MelFilterBank(config.SampleRate, mel.FftSize, mel.Bands).Weights.ToArray();
        for (int token = 0; token < 5; token++)
        for (int part = 0; part < 2; part++)
        {
            // centred on the middle of its own 32 samples
            int first = token * config.Hop + part * mel.Hop + mel.Hop / 2 - mel.FftSize / 2;
            var power = new double[mel.FftSize / 2 + 1];
            for (int bin = 0; bin < power.Length; bin++)
            {
                double re = 0,
                    im = 0;
                for (int n = 0; n < mel.FftSize; n++)
                {
                    double x = first + n >= 0 && first + n < 5 * config.Hop ? samples[first + n] : 0;
                    x *= 0.5 - 0.5 * Math.Cos(2 * Math.PI * n / mel.FftSize);
                    re += x * Math.Cos(2 * Math.PI * bin * n / mel.FftSize);
                    im -= x * Math.Sin(2 * Math.PI * bin * n / mel.FftSize);
                }
                power[bin] = re * re + im * im;
            }
            for (int band = 0; band < mel.Bands; band++)
            {
                double energy = Enumerable.Range(0, power.Length).Sum(bin => power[bin] * filters[band * power.Length + bin]);
                Assert.Equal(Math.Log(Math.Max(energy, 1e-5)) / 4, features[0, token, part * mel.Bands + band].item<float>(), 1e-3);
            }
        }
    }

    [Fact]
    public void BFloat16StaysNearFloat32()
    {
        using var scope = NewDisposeScope();
        foreach (var config in new[] { TinyWaveform, TinyMel })
        {
            var trunk = Make(config).Trunk;
            var audio = FixedValues.Tensor(3, 2, 12 * config.Hop);
            Tensor exact,
                rounded;
            using (ComputePrecision.Use(ScalarType.Float32))
                exact = trunk.forward(audio);
            using (ComputePrecision.Use(ScalarType.BFloat16))
                rounded = trunk.forward(audio);
            // three blocks of roundings to eight bits
            Assert.InRange((rounded - exact).norm().item<float>() / exact.norm().item<float>(), 1e-6, 5e-2);
        }
    }

    [Theory]
    [InlineData("paper", 199_500_000 * 0.96, 199_500_000 * 1.04)]
    [InlineData("mini", 2_000_000, 4_000_000)]
    [InlineData("test", 10_000, 200_000)]
    public void PresetsHaveTheirSizes(string preset, double least, double most)
    {
        using var scope = NewDisposeScope();
        var config = PresetFile.Read<SemanticTokenizerConfig>(preset, "semantic-tokenizer");
        var tokenizer = new SemanticTokenizer(config, ParameterFactory.Meta());
        Assert.InRange(
            preset == "mini" ? tokenizer.state_dict().Sum(p => p.Value.numel()) : tokenizer.parameters().Sum(p => p.numel()),
            least,
            most
        );
        Assert.Equal((24000, 960, 1024), (config.SampleRate, config.Hop, config.Codes));
    }

    [Fact]
    public void StateKeysAreThoseRegistered()
    {
        using var scope = NewDisposeScope();
        foreach (var module in new nn.Module[] { Make(TinyWaveform), Make(TinyMel), SemanticLanguageModelTests.TinyModel(true) })
        {
            Assert.DoesNotContain(module.state_dict().Keys, k => k.Split('.').Any(part => part.StartsWith('_')));
            Assert.Equal(module.parameters().Count() + module.buffers().Count(), module.state_dict().Count);
        }
    }

    /// <summary>
    /// The count of wav2vec 2.0 Conformer at the paper's sizes (200.38M), whose group norm and missing biases are a layer norm and a bias
    /// for each of eight convolutions here.
    /// </summary>
    [Fact]
    public void PaperCountFollowsTheLayout()
    {
        using var scope = NewDisposeScope();
        var tokenizer = new SemanticTokenizer(
            PresetFile.Read<SemanticTokenizerConfig>("paper", "semantic-tokenizer"),
            ParameterFactory.Meta()
        );
        const long d = 768,
            f = 3072,
            c = 512;
        const long block = 2 * (2 * d * f + f + d) + 4 * (d * d + d) + 3 * d * d + 31 * d + 6 * 2 * d;
        const long convolutions = c * 10 + 4 * c * c * 3 + 3 * c * c * 2;
        const long positional = d * (d / 16) * 128 + d;
        const long common = 14 * block + convolutions + 2 * c + c * d + d + d + positional + 2 * d;
        Assert.Equal(200_377_728, common + 2 * c + 128);
        Assert.Equal(common + 8 * 2 * c + 8 * c + d, tokenizer.parameters().Sum(p => p.numel()));
    }

    [Fact]
    public void SenselessConfigurationsAreRefused()
    {
        void Refused(SemanticTokenizerConfig config) =>
            Assert.Throws<MelodyException>(() => new SemanticTokenizer(config, ParameterFactory.Meta()));
        Refused(TinyMel with { Mel = null });
        Refused(TinyMel with { Waveform = TinyWaveform.Waveform });
        Refused(TinyMel with { TapLayer = 4 });
        Refused(TinyMel with { Kernel = 4 });
        Refused(TinyMel with { MarginFrames = 12 });
        Refused(TinyWaveform with { Hop = 13 });
    }
}
