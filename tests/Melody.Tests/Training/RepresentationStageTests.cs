using Melody.Conditioning;
using Melody.Models;
using Melody.Presets;
using Melody.Runtime;
using Melody.SemanticTokens;
using Melody.Tests.Reference;
using Melody.Training.Data;
using Melody.Training.Loop;
using Melody.Training.Recipes;
using Melody.Training.Setup;
using Melody.Training.Stages;
using static TorchSharp.torch;

namespace Melody.Tests.Training;

/// <summary>Joint embedding and semantic tokenizer learn one batch by heart and get their codebooks.</summary>
public sealed class RepresentationStageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private sealed class Sines(int pieces, int samples) : IAudioCollection
    {
        public int SampleRate => 24000;

        public int Count => pieces;

        public long Samples(int piece) => samples;

        public void Read(int piece, long start, Span<float> into)
        {
            for (int i = 0; i < into.Length; i++)
                into[i] = start + i < samples ? Sine(100 * (piece + 1), start + i) : 0;
        }
    }

    private static float Sine(double frequency, long n) => (float)(0.5 * Math.Sin(2 * Math.PI * frequency * n / 24000));

    [Fact]
    public void The_joint_embedding_learns_which_text_belongs_to_which_sound()
    {
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        var config = Parts.JointEmbedding.Config("test");
        config = config with
        {
            Quantizer = new() { Levels = 3, Entries = 8 },
        };
        string[] texts = ["a low drone", "a hum", "a whistle", "birds", "a violin", "a siren", "bright bells", "a very high squeak"];
        int samples = config.Audio.WindowSamples;
        var audio = texts.SelectMany((_, i) => Enumerable.Range(0, samples).Select(n => Sine(60 * Math.Pow(2, i), n))).ToArray();
        var options = TrainingPreset.Read<JointEmbeddingTrainingOptions>("test", JointEmbeddingRecipe.Stage) with
        {
            Batch = texts.Length,
            QuantizerVectors = 64,
            QuantizerPasses = 2,
        };
        var source = new OneBatch<CaptionedBatch>(new(audio, texts, texts.Length));
        using var network = NewNetwork.Create(1, CPU, p => new JointEmbedding(config, Vocabulary.Empty, p));
        using var stage = new JointEmbeddingStage(network, options, source, source);
        var log = Train(stage, 25);
        // with eight pairs that all look alike the loss is log 15
        Assert.InRange(log.Losses[0].Value, 1, 6);
        Assert.True(log.Losses[^1].Value < 0.5, $"from {log.Losses[0].Value} to {log.Losses[^1].Value}");
        Assert.Equal(1, log.Validations[^1]["found"]);

        Assert.Throws<MelodyException>(() =>
            QuantizerFitting.Fit(
                network,
                stage,
                source,
                options with
                {
                    QuantizerTextShare = 0.6,
                },
                1,
                TestContext.Current.CancellationToken
            )
        );
        var fitted = QuantizerFitting.Fit(network, stage, source, options, 1, TestContext.Current.CancellationToken);
        Assert.True(fitted[^1] < fitted[0] || fitted[0] < 1e-3);
        var tokens = FixedValues.Flat(network.TokensForText(texts)).Chunk(3).Select(row => string.Join(' ', row)).ToList();
        Assert.Equal(texts.Length, tokens.Distinct().Count()); // eight texts keep eight names

        using (no_grad())
            network.Quantizer.Codebooks.zero_();
        var kept = QuantizerFitting.Fit(
            network,
            stage,
            source,
            options with
            {
                KeepQuantizer = true,
            },
            1,
            TestContext.Current.CancellationToken
        );
        Assert.All(kept, distance => Assert.Equal(1, distance, 1e-4)); // of a unit vector to nothing
        Assert.Equal(0, network.Quantizer.Codebooks.abs().max().item<float>());
    }

    [Fact]
    public void The_tokenizer_learns_notes_and_gets_centres()
    {
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        var config = Parts.SemanticTokenizer.Config("test") with { Codes = 16 };
        const int frames = 50,
            batch = 4;
        var options = TrainingPreset.Read<SemanticTokenizerTrainingOptions>("test", SemanticTokenizerRecipe.Stage) with
        {
            Batch = batch,
            SegmentFrames = frames,
            CentreFrames = 800,
        };
        // in each segment two pitches take turns every ten frames, and the targets say which
        var audio = new float[batch * frames * config.Hop];
        var notes = new float[batch * frames * FrameFacts.Count];
        for (int b = 0; b < batch; b++)
        for (int frame = 0; frame < frames; frame++)
        {
            int pitch = 2 * b + frame / 10 % 2;
            notes[(b * frames + frame) * FrameFacts.Count + pitch] = 1;
            for (int n = 0; n < config.Hop; n++)
                audio[(b * frames + frame) * config.Hop + n] = Sine(220 * Math.Pow(2, pitch / 4.0), frame * config.Hop + n);
        }
        var source = new OneBatch<TokenizerBatch>(new(audio, notes));
        using var tokenizer = NewNetwork.Create(1, CPU, p => new SemanticTokenizer(config, p));
        using var stage = new SemanticTokenizerStage(tokenizer, options, source, source, seed: 1);
        var log = Train(stage, 150);
        Assert.True(log.Losses[^1].Value < 0.6 * log.Losses[0].Value, $"from {log.Losses[0].Value} to {log.Losses[^1].Value}");
        // the share of ones is 1 in 42; who knows no more than that has an entropy of 0.113
        Assert.True(log.Validations[^1]["notes"] < 0.08, $"notes {log.Validations[^1]["notes"]}");

        var music = new Sines(12, 24000 * 6);
        double left = CentreFitting.Fit(tokenizer, music, [], options, 1, TestContext.Current.CancellationToken);
        Assert.InRange(left, 0, 0.7);
        using var scope = NewDisposeScope();
        var heard = new float[24000 * 4];
        music.Read(3, 0, heard);
        var low = tokenizer.Tokenize(tensor(heard, [1, heard.Length])).data<long>().ToArray();
        music.Read(11, 0, heard);
        var high = tokenizer.Tokenize(tensor(heard, [1, heard.Length])).data<long>().ToArray();
        Assert.Equal(100, low.Length);
        // inside a steady tone nearly every frame says the same, and another tone says something else
        long usual = low.GroupBy(t => t).MaxBy(g => g.Count())!.Key;
        Assert.True(low.Count(t => t == usual) > 60);
        Assert.True(high.Count(t => t == usual) < 40);
    }

    private RecordingLog Train<TBatch>(TrainingStage<TBatch> stage, long steps)
    {
        var log = new RecordingLog();
        using var loop = new TrainingLoop<TBatch>(
            stage,
            new()
            {
                RunFolder = _folder["run"],
                Steps = steps,
                LogSteps = 1,
                ValidationSteps = 0,
            },
            log
        );
        Assert.True(loop.Run(TestContext.Current.CancellationToken));
        Assert.Equal(log.LiveTensors[4], log.LiveTensors[^1]);
        return log;
    }

    public void Dispose() => _folder.Dispose();
}
