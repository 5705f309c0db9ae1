using Melody.Conditioning;
using Melody.Nn;
using Melody.Runtime;
using Melody.Tests.Reference;
using static Melody.Tests.Conditioning.JointEmbeddingPresets;
using static Melody.Tests.Reference.FixedValues;
using static TorchSharp.torch;

namespace Melody.Tests.Conditioning;

/// <summary>Each tower against its plain loop in double precision, and against itself in bfloat16.</summary>
public sealed class TowerFixtureTests
{
    private const int Width = 6;

    [Fact]
    public void SpectrogramIsItsDefinition() =>
        InFloat32(() =>
        {
            using var tower = new AudioTower(TinyAudio, Width, ParameterFactory.Random(1));
            var audio = Series(1, TinyAudio.WindowSamples);
            var actual = tower.Spectrogram(FixedValues.Tensor(1, 1, TinyAudio.WindowSamples));
            AssertClose(PlainTowers.Spectrogram(audio, TinyAudio), actual, 1e-4);
        });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AudioTowerIsItsLoop(bool distillation) =>
        InFloat32(() =>
        {
            var config = TinyAudio with { DistillationToken = distillation };
            using var tower = Fill(new AudioTower(config, Width, ParameterFactory.Random(1)));
            var state = State(tower);
            var actual = tower.Embed(FixedValues.Tensor(2, 3, config.WindowSamples));
            for (int row = 0; row < 3; row++)
            {
                var audio = Series(2, 3L * config.WindowSamples)[(row * config.WindowSamples)..((row + 1) * config.WindowSamples)];
                AssertClose(PlainTowers.Audio(PlainTowers.Spectrogram(audio, config), config, state), Flat(actual[row]));
            }
        });

    [Fact]
    public void LevelDoesNotMatter() =>
        InFloat32(() =>
        {
            using var tower = new AudioTower(TinyAudio, Width, ParameterFactory.Random(1));
            var audio = FixedValues.Tensor(2, 1, TinyAudio.WindowSamples);
            AssertClose(tower.Embed(audio), tower.Embed(audio * 0.01), 1e-3);
            var silence = tower.Embed(zeros(1, TinyAudio.WindowSamples));
            Assert.Equal(1, silence.norm().item<float>(), 1e-4);
        });

    [Fact]
    public void ShortAudioIsPlayedAgainAndLongAudioIsTheMeanOverWindows() =>
        InFloat32(() =>
        {
            using var tower = Fill(new AudioTower(TinyAudio, Width, ParameterFactory.Random(1)));
            int window = TinyAudio.WindowSamples;
            var moment = FixedValues.Tensor(3, 1, 700);
            AssertClose(tower.Embed(cat([moment, moment, moment.narrow(1, 0, 200)], 1)), tower.Embed(moment));

            // a hop of 400 samples: windows at 0, 400, 800 and, flush with the end, 1000
            var song = FixedValues.Tensor(4, 2, window + 1000);
            Assert.Equal([0L, 400, 800, 1000], AudioTower.WindowStarts(window + 1000, window, 0.5, 800));
            Assert.Equal([0L, 400], AudioTower.WindowStarts(window + 400, window, 0.5, 800));
            var each = new long[] { 0, 400, 800, 1000 }
                .Select(start => tower.Embed(song.narrow(1, start, window)))
                .ToArray();
            for (int row = 0; row < 2; row++)
            {
                var sum = new double[1, Width];
                foreach (var one in each)
                    for (int i = 0; i < Width; i++)
                        sum[0, i] += one[row, i].item<float>();
                AssertClose(PlainTowers.Unit(sum), Flat(tower.Embed(song)[row]));
            }
            // many windows go through in several rounds
            var longer = FixedValues.Tensor(5, 1, window + 40 * 80);
            var all = cat([.. Enumerable.Range(0, 41).Select(i => tower.Embed(longer.narrow(1, i * 80, window)))]).sum([0]);
            AssertClose(nn.functional.normalize(all, dim: 0), tower.Embed(longer, hopSeconds: 0.1)[0]);
        });

    [Fact]
    public void EmptyAudioIsRefused()
    {
        using var tower = new AudioTower(TinyAudio, Width, ParameterFactory.Random(1));
        using var empty = zeros(1, 0);
        Assert.Contains("no samples", Assert.Throws<MelodyException>(() => tower.Embed(empty)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WordTowerIsItsLoop() =>
        InFloat32(() =>
        {
            using var tower = Fill(new WordTower(TinyWords, Width, JointEmbeddingPresets.Words, ParameterFactory.Random(1)));
            var state = State(tower);
            var actual = tower.Embed(["Sad PIANO, xylo!", "", "120bpm jazz and rain slow sad c piano guitar too much"]);
            AssertClose(PlainTowers.Words([(0, "sad"), (1, "piano"), (-1, "xylo")], TinyWords, state), Flat(actual[0]));
            AssertClose(PlainTowers.Words([], TinyWords, state), Flat(actual[1]));
            AssertClose(
                PlainTowers.Words(
                    [(8, "120"), (7, "bpm"), (6, "jazz"), (9, "and"), (5, "rain"), (2, "slow"), (0, "sad"), (11, "c")],
                    TinyWords,
                    state
                ),
                Flat(actual[2])
            );
        });

    [Fact]
    public void BertIsItsLoop() =>
        InFloat32(() =>
        {
            var vocabulary = new Vocabulary(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "sad", "pia", "##no", "!", "slow", "rain", "[MASK]"]);
            using var tower = Fill(new BertTower(TinyBert, Width, vocabulary, ParameterFactory.Random(1)));
            var state = State(tower);
            string[] texts = ["Sád piano!", "rain unknown", "", "slow slow slow slow slow slow slow slow slow"];
            int[][] ids =
            [
                [2, 4, 5, 6, 7, 3],
                [2, 9, 1, 3],
                [2, 3],
                [2, 8, 8, 8, 8, 8, 8, 3],
            ];
            var actual = tower.Embed(texts);
            for (int i = 0; i < texts.Length; i++)
            {
                Assert.Equal(ids[i], tower.Tokenize(texts[i]));
                AssertClose(PlainTowers.Bert(ids[i], TinyBert, state), Flat(actual[i]));
            }
        });

    [Fact]
    public void WrongVocabulariesAreRefused()
    {
        Assert.Throws<MelodyException>(() => new BertTower(TinyBert, Width, new(["sad"]), ParameterFactory.Meta()));
        Assert.Throws<MelodyException>(() =>
            new WordTower(TinyWords with { VocabularySize = 11 }, Width, JointEmbeddingPresets.Words, ParameterFactory.Meta())
        );
        Assert.Throws<MelodyException>(() => TextTower.Create(new(), Width, Vocabulary.Empty, ParameterFactory.Meta()));
        Assert.Throws<MelodyException>(() =>
            TextTower.Create(new() { Bert = TinyBert, Words = TinyWords }, Width, Vocabulary.Empty, ParameterFactory.Meta())
        );
    }

    [Fact]
    public void BFloat16StaysNearFloat32()
    {
        using var scope = NewDisposeScope();
        using var model = new JointEmbedding(Embedded("test"), Vocabulary.Empty, ParameterFactory.Random(1));
        var audio = FixedValues.Tensor(1, 2, 240_000);
        (Tensor Audio, Tensor Text) In(ScalarType type)
        {
            using var precision = ComputePrecision.Use(type);
            return (model.EmbedAudio(audio), model.EmbedText(["sad piano", "a long walk through the rain at 90 bpm"]));
        }
        var (exact, rounded) = (In(ScalarType.Float32), In(ScalarType.BFloat16));
        // some ten roundings to eight bits one after the other: unit vectors move by a few hundredths at most
        Assert.InRange((exact.Audio - rounded.Audio).norm(1).max().item<float>(), 1e-6, 0.05);
        Assert.InRange((exact.Text - rounded.Text).norm(1).max().item<float>(), 1e-6, 0.05);
    }

    [Fact]
    public void NothingIsLeftBehind()
    {
        using var model = new JointEmbedding(Tiny, JointEmbeddingPresets.Words, ParameterFactory.Random(1));
        using var bert = new BertTower(TinyBert, Width, Vocabulary.Empty, ParameterFactory.Random(1));
        using var audio = FixedValues.Tensor(1, 1, 2 * TinyAudio.WindowSamples);
        LiveTensors.AssertFlat(() =>
        {
            model.TokensForAudio(audio).Dispose();
            model.TokensForText(["sad piano", "unheard of"]).Dispose();
            using var embedded = bert.Embed(["sad"]);
            model.Quantizer.forward(embedded).Dispose();
        });
    }

    private static void InFloat32(Action body)
    {
        using var scope = NewDisposeScope();
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        body();
    }
}
