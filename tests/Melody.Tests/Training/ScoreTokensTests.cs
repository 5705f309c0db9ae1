using Melody.Corpus.Records;
using Melody.Corpus.Rendering;
using Melody.Corpus.Storage;
using Melody.Models;
using Melody.Nn;
using Melody.Runtime;
using Melody.SemanticTokens;
using Melody.Tests.Cli;
using Melody.Tests.Corpus.Storage;
using Melody.Training.Data;
using Melody.Training.Encoded;
using Melody.Training.Encoders;
using Melody.Training.Recipes;
using Melody.Training.Setup;
using Melody.Training.Stages;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Tests.Training;

/// <summary>A corpus whose notes are known gets the tokens that its score has, whatever the network hears.</summary>
public sealed class ScoreTokensTests : IDisposable
{
    private const int Rate = 24_000,
        Frames = 50; // two windows of a second; the last half second has no window

    private static readonly CorpusPlan Plan = new()
    {
        Kind = CorpusKind.Composed,
        Seed = 5,
        SampleRate = Rate,
        AudioFormat = ShardFormat.Wav,
        PiecesPerShard = 4,
        WindowSeconds = 1,
        Tools = ["notes 1.0"],
    };

    private readonly TemporaryFolder _folder = new();

    // a C on the first beat, an E over a low A on the second, then silence; the C goes on from window to window in odd pieces
    private static WindowRecord Score(int number, double start, double length) =>
        SinePieces.Window("p", number == 3 ? DatasetSplit.Validation : DatasetSplit.Train, (int)start, length) with
        {
            Start = start,
            Beats = [0, 0.5],
            Downbeats = [0],
            Notes = [new(0, number % 2 == 1 ? length : 0.4, 60, 0, 90), new(0.5, 0.2, 64, 40, 90), new(0.5, 0.2, 45, 32, 90)],
        };

    private sealed class NotedPieces(bool known = true) : IPieceSource
    {
        public FinishedPiece? Make(int shard, int number, CancellationToken cancellation)
        {
            if (number == Plan.PiecesPerShard)
                return null;
            var samples = new float[(int)(2.5 * Rate)];
            for (int n = 0; n < samples.Length; n++)
                samples[n] = SinePieces.Sample(shard, number, n, Rate) * n / samples.Length;
            var split = number == 3 ? DatasetSplit.Validation : DatasetSplit.Train;
            return new FinishedPiece
            {
                Audio = new Waveform([samples], Rate),
                Record = SinePieces.Piece($"p{number}", split),
                Windows = [.. Enumerable.Range(0, 2).Select(i => Score(number, i, 1) with { PieceId = $"p{number}", Estimated = !known })],
                SoundFont = "none",
            };
        }

        public void Dispose() { }
    }

    private static readonly SemanticTokenizerConfig Config = Parts.SemanticTokenizer.Config("test") with
    {
        Readout = FrameFacts.Count,
        ScoreTokens = true,
        Codebooks =
        [
            new()
            {
                Name = "harmony",
                Codes = 3,
                Facts = ["chroma", "melody"],
            },
            new()
            {
                Name = "sound",
                Codes = 5,
                Facts = ["levels"],
            },
        ],
    };

    private static SemanticTokenizerTrainingOptions Options =>
        TrainingPreset.Read<SemanticTokenizerTrainingOptions>("test", SemanticTokenizerRecipe.Stage) with
        {
            CentreFrames = 1000,
            NoteShares = [.. FrameFacts.Groups.Select(_ => 1.0)],
        };

    private ModelFolder WriteModel()
    {
        using var writer = ModelFolderWriter.Create(_folder["model"], "test", "test");
        using var parameters = ParameterFactory.Random(1);
        using var autoencoder = Parts.Autoencoder.Create(Parts.Autoencoder.Config("test"), parameters);
        using var joint = Parts.JointEmbedding.Create(Parts.JointEmbedding.Config("test"), parameters);
        using var tokenizer = Parts.SemanticTokenizer.Create(Config, parameters);
        using (var music = TrainingAudio.Open(_folder["corpus"], Rate))
            CentreFitting.Fit(tokenizer, music.Training, music.Corpora, Options, 1, TestContext.Current.CancellationToken);
        writer.SetPart(Parts.Autoencoder.Name, Parts.Autoencoder.Config("test"), autoencoder, trained: true);
        writer.SetPart(
            Parts.JointEmbedding.Name,
            Parts.JointEmbedding.Config("test"),
            joint,
            trained: true,
            assets: Parts.JointEmbedding.AssetsOf(joint)
        );
        writer.SetPart(Parts.SemanticTokenizer.Name, Config, tokenizer, trained: true);
        writer.Commit();
        return ModelFolder.Open(_folder["model"]);
    }

    // by loops: the nearest of the centres, all in the units of the facts, each of its group's deviation
    private static long Nearest(float[] facts, Codebook book, float[] centres, double[] deviations)
    {
        double Distance(int code) =>
            book
                .Values.Select(
                    (value, i) => Math.Pow((facts[value] - centres[code * book.Values.Count + i]) / Math.Max(deviations[value], 1e-5), 2)
                )
                .Sum();
        return Enumerable.Range(0, book.Codes).MinBy(Distance);
    }

    [Fact]
    public void Tokens_are_the_nearest_centres_of_what_the_score_says()
    {
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        new CorpusBuilder(_folder["corpus"], Plan, () => new NotedPieces(), jobs: 1).Build(
            1,
            cancellation: TestContext.Current.CancellationToken
        );
        var folder = WriteModel();
        using var encoding = new EncodingModel(folder, CPU);
        new CorpusEncoder(_folder["corpus"], encoding, _folder["encoded"]).Run(cancellation: TestContext.Current.CancellationToken);

        using var encoded = EncodedCorpus.Open(_folder["encoded"], encoding.Plan([]).Parts);
        using var tokenizer = Parts.SemanticTokenizer.Load(folder, CPU);
        var deviations = tokenizer.get_buffer("deviation")!.data<float>().Select(value => (double)value).ToArray();
        var levels = new FrameLevels(Rate, tokenizer.Config.Hop);
        var seen = new HashSet<long>();
        using var corpus = CorpusReader.Open(_folder["corpus"]);
        foreach (var id in encoded.PiecesOf(DatasetSplit.Train))
        {
            var piece = encoded.Piece(id);
            Assert.Equal(Frames * encoding.LatentFramesPerToken, piece.Frames);
            var tokens = new long[Frames * 2];
            encoded.ReadTokens(id, 0, tokens);

            // the piece's score as it was composed
            var score = Score(id.Piece, 0, 1) with
            {
                Beats = [0, 0.5, 1, 1.5],
                Downbeats = [0, 1],
                Notes =
                    id.Piece % 2 == 1
                        ? [new(0, 2, 60, 0, 90), .. Score(1, 0, 1).Notes.Skip(1), .. Moved(Score(1, 0, 1).Notes.Skip(1))]
                        : [.. Score(0, 0, 1).Notes, .. Moved(Score(0, 0, 1).Notes)],
            };
            var facts = new float[Frames * FrameFacts.Count];
            NoteTargets.Fill(score, 0, 0.04, facts);
            var samples = new float[corpus.Pieces[id.Piece].Frames];
            corpus.Read(corpus.Pieces[id.Piece], 0, samples);
            var loud = levels.Of(tensor(samples, [1, samples.Length])).data<float>().ToArray();
            for (int frame = 0; frame < Frames; frame++)
            {
                var mine = facts[(frame * FrameFacts.Count)..((frame + 1) * FrameFacts.Count)];
                Array.Copy(loud, frame * FrameFacts.LevelCount, mine, FrameFacts.Levels, FrameFacts.LevelCount);
                for (int book = 0; book < 2; book++)
                {
                    var centres = tokenizer.CentreFeatures(tokenizer.Codebooks[book]).data<float>().ToArray();
                    Assert.Equal(Nearest(mine, tokenizer.Codebooks[book], centres, deviations), tokens[2 * frame + book]);
                }
                seen.Add(tokens[2 * frame]);
            }
        }
        // in even pieces C, then E over A, then silence; in odd ones C, and C and E over A
        Assert.Equal(3, seen.Count);

        static IEnumerable<NoteEvent> Moved(IEnumerable<NoteEvent> notes) => notes.Select(note => note with { Start = note.Start + 1 });
    }

    [Fact]
    public async Task The_network_may_learn_on_while_what_was_encoded_stays_valid()
    {
        var cancellation = TestContext.Current.CancellationToken;
        new CorpusBuilder(_folder["corpus"], Plan, () => new NotedPieces(), jobs: 1).Build(1, cancellation: cancellation);
        Directory.CreateDirectory(_folder["preset/training"]);
        await File.WriteAllBytesAsync(_folder["preset/semantic-tokenizer.json"], ConfigJson.WriteText(Config), cancellation);
        await File.WriteAllBytesAsync(
            _folder["preset/training/semantic-tokenizer.json"],
            ConfigJson.WriteText(Options with { Batch = 2, SegmentFrames = 20 }),
            cancellation
        );
        async Task<(string Encoding, string Whole, string Log)> TrainAsync(string steps)
        {
            string[] where = ["--corpus", _folder["corpus"], "--run", _folder["run"], "-o", _folder["model"]];
            string[] how = ["--preset", _folder["preset"], "--steps", steps, "--resume", "--device", "cpu", "--validation-steps", "0"];
            var made = await ToolRun.RunAsync(["train", "semantic-tokenizer", .. where, .. how]);
            Assert.True(made.Code == 0, made.Error);
            var folder = ModelFolder.Open(_folder["model"]);
            var part = Parts.SemanticTokenizer;
            return (PartHash.OfEncoding(folder, part), PartHash.Of(folder.Part(part.Name)), made.Error);
        }
        var (first, then) = (await TrainAsync("1"), await TrainAsync("3"));
        Assert.Contains("centres leave", first.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("centres leave", then.Log, StringComparison.Ordinal);
        Assert.Equal(first.Encoding, then.Encoding);
        Assert.NotEqual(first.Whole, then.Whole);
    }

    [Fact]
    public void Centres_of_scores_need_notes()
    {
        new CorpusBuilder(_folder["corpus"], Plan, () => new NotedPieces(known: false), jobs: 1).Build(
            1,
            cancellation: TestContext.Current.CancellationToken
        );
        var refusal = Assert.Throws<MelodyException>(() => WriteModel());
        Assert.Contains("whose notes are known", refusal.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
