using Melody.Corpus.Records;
using Melody.LanguageModel;
using Melody.Models;
using Melody.Nn;
using Melody.Runtime;
using Melody.SemanticTokens;
using Melody.Tests.Reference;
using Melody.Training.Data;
using Melody.Training.Encoded;
using Melody.Training.Loop;
using Melody.Training.Recipes;
using Melody.Training.Setup;
using Melody.Training.Stages;
using static TorchSharp.torch;

namespace Melody.Tests.Training;

/// <summary>Music without sound beside music with it: what is read of a folder, shown to the language model and asked of it.</summary>
public sealed class UnknownTokensTests : IDisposable
{
    private const int Frames = 60,
        Window = 20,
        Texts = 50,
        Heard = 90; // what the second prefix token of a text and of a window begin at
    private static readonly int[] Books = [7, 1000];

    private static readonly SemanticLanguageModelConfig Config = Parts.SemanticLanguageModel.Config("test") with
    {
        Codebooks = Books,
        FrameFeedForward = 16,
        Window = Window,
    };

    private static readonly IReadOnlyDictionary<string, string> WithoutSound = EncodedFixture
        .Parts.Where(part => part.Key != Parts.Autoencoder.Name)
        .ToDictionary();

    private readonly TemporaryFolder _folder = new();

    // two pieces, to learn from and held out, of one window with one text each
    private string Write(string name, bool sound, Action<EncodedShardContent>? change = null)
    {
        var plan = EncodedFixture.Plan(1) with
        {
            Codebooks = Books,
            UnknownCodebooks = sound ? null : [1],
            Parts = sound ? EncodedFixture.Parts : WithoutSound,
        };
        plan.Claim(_folder[name]);
        var content = new EncodedShardContent();
        for (int piece = 0; piece < 2; piece++)
        {
            var split = piece == 0 ? DatasetSplit.Train : DatasetSplit.Validation;
            content.Pieces.Add(new(sound ? 2 * Frames * piece : 0, sound ? 2 * Frames : 0, Frames * piece, Frames, split));
            for (int frame = 0; frame < Frames; frame++)
                content.Tokens.AddRange([(short)(frame % 7), (short)(sound ? 10 * frame + piece : -1)]);
            if (sound)
                content.Latents.AddRange(new float[2 * Frames * EncodedFixture.Channels]);
            content.Windows.Add(new(piece, 10, 45, 9, 2, piece, 1));
            for (int level = 0; level < EncodedFixture.Levels; level++)
            {
                content.TextPrefix.Add((short)(Texts * level + piece));
                if (sound)
                    content.AudioPrefix.Add((short)(Heard * level + piece));
            }
        }
        change?.Invoke(content);
        new EncodedShard(_folder[name], 0).Write(content, plan, "source 0");
        return _folder[name];
    }

    private static SemanticWindows Windows(EncodedCorpus corpus, DatasetSplit split, bool heard = false) =>
        new(corpus, split, Config, new ConditionMix(), jitter: 0, batch: 40, seed: 1, heard: heard);

    [Fact]
    public void Folders_with_and_without_sound_are_read_as_one()
    {
        using var corpus = EncodedCorpus.Open([Write("sound", true), Write("score", false)], WithoutSound);
        var batch = Windows(corpus, DatasetSplit.Train).Create(0);
        int conditions = new SemanticVocabulary(Config).ConditionCount;
        var seen = new int[2];
        for (int row = 0; row < 40; row++)
        {
            var codes = batch.Codes.AsSpan(row * Window * 2, Window * 2);
            bool sound = codes[1] >= 0;
            for (int t = 0; t < Window; t++)
                Assert.Equal((((10 + t) % 7), sound ? 10 * (10 + t) : -1), (codes[2 * t], codes[2 * t + 1]));
            // the text tower where the audio tower heard nothing
            Assert.Equal(1024 + (sound ? Heard : Texts), batch.Conditions[row * conditions + 1]);
            seen[sound ? 1 : 0]++;
        }
        Assert.All(seen, count => Assert.InRange(count, 5, 35));
    }

    [Fact]
    public void Held_out_windows_are_those_with_sound_where_there_are_any()
    {
        using var both = EncodedCorpus.Open([Write("sound", true), Write("score", false)], WithoutSound);
        using var sound = EncodedCorpus.Open(_folder["sound"], WithoutSound);
        using var score = EncodedCorpus.Open(_folder["score"], WithoutSound);
        var expected = Windows(sound, DatasetSplit.Validation).Create(3);
        var batch = Windows(both, DatasetSplit.Validation, heard: true).Create(3);
        Assert.Equal(expected.Codes, batch.Codes);
        Assert.Equal(expected.Conditions, batch.Conditions);
        Assert.Contains(-1, Windows(score, DatasetSplit.Validation, heard: true).Create(3).Codes);
    }

    [Fact]
    public void Transposition_leaves_what_is_not_known()
    {
        static CodebookConfig Book(string name, string facts) =>
            new()
            {
                Name = name,
                Codes = 6,
                Facts = [facts],
            };
        var config = Parts.SemanticTokenizer.Config("test") with
        {
            Readout = FrameFacts.Count,
            Codebooks = [Book("harmony", "chroma"), Book("sound", "levels")],
        };
        using var tokenizer = NewNetwork.Create(1, CPU, p => new SemanticTokenizer(config, p));
        var transposition = new TokenTransposition(tokenizer);
        long[] known = [1, 3, 5, 2],
            unknown = [1, -1, 5, -1];
        transposition.Apply(4, known);
        transposition.Apply(4, unknown);
        Assert.Equal([known[0], -1, known[2], -1], unknown);
        Assert.Equal(3, known[1]);
    }

    [Fact]
    public void Only_what_the_plan_names_may_be_unknown()
    {
        string Refusal(string name, IReadOnlyDictionary<string, string> parts) =>
            Assert.Throws<MelodyException>(() => EncodedCorpus.Open(_folder[name], parts).Dispose()).Message;
        Write("score", sound: false);
        Assert.Contains("made without sound and holds nothing of the autoencoder", Refusal("score", EncodedFixture.Parts));
        Write("harmony", sound: false, content => content.Tokens[4] = -1);
        Assert.Contains("the code -1, outside 0 to 6", Refusal("harmony", WithoutSound));
        Write("sound", sound: true, content => content.Tokens[5] = -1);
        Assert.Contains("the code -1, outside 0 to 999", Refusal("sound", WithoutSound));
        Write("latents", sound: false, content => content.Latents.AddRange(new float[EncodedFixture.Channels]));
        Assert.Contains("latents of music without sound", Refusal("latents", WithoutSound));

        Assert.DoesNotContain("unknown", File.ReadAllText(Path.Combine(_folder["sound"], EncodedPlan.FileName)));
        var plan = Path.Combine(_folder["score"], EncodedPlan.FileName);
        var text = File.ReadAllText(plan);
        int at = text.IndexOf('[', text.IndexOf("unknownCodebooks", StringComparison.Ordinal));
        File.WriteAllText(plan, text.Remove(at, text.IndexOf(']', at) + 1 - at).Insert(at, "[2]"));
        Assert.Contains("unknownCodebooks is 2, outside 0 to 1", Refusal("score", WithoutSound));
    }

    [Fact]
    public void A_denoiser_refuses_music_without_latents()
    {
        using var corpus = EncodedCorpus.Open(Write("score", sound: false), WithoutSound);
        var config = Parts.Denoiser.Config("test") with { Codebooks = Books, Frames = 2 * Window };
        var refusal = Assert.Throws<MelodyException>(() => new LatentWindows(corpus, DatasetSplit.Train, config, 1, 1));
        Assert.Contains("music without latents", refusal.Message);
    }

    private static SemanticLanguageModelStage Stage(
        SemanticLanguageModel model,
        Dictionary<string, IBatchSource<SemanticBatch>> validations
    ) =>
        new(
            model,
            TrainingPreset.Read<SemanticLanguageModelTrainingOptions>("test", SemanticLanguageModelRecipe.Stage),
            new OneBatch<SemanticBatch>(Batch(Code)),
            validations
        );

    private static Tensor Loss(SemanticLanguageModel model, SemanticBatch batch)
    {
        var stage = Stage(model, []);
        return stage.Loss(stage.Sets[0], batch, new StepContext(0, 1, new Random(1)), [])!;
    }

    // two examples of 20 frames, the second of which ends after 13
    private static SemanticBatch Batch(Func<int, int, long> code)
    {
        var conditions = new SemanticVocabulary(Config).Conditions([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
        var known = Enumerable.Range(0, 2 * Window).Select(frame => frame < Window + 13).ToArray();
        return new(
            [.. conditions, .. conditions],
            [.. Enumerable.Range(0, 4 * Window).Select(i => known[i / 2] ? code(i / 2, i % 2) : 0)],
            known
        );
    }

    // of its known tokens, a frame of the 33 that there are
    private static double NatsOf(int book, Tensor scores, SemanticBatch batch)
    {
        var values = FixedValues.Flat(scores);
        double nats = 0;
        for (int frame = 0; frame < Window + 13; frame++)
        {
            long code = batch.Codes[2 * frame + book];
            var row = values[(frame * Books[book])..((frame + 1) * Books[book])];
            if (code >= 0)
                nats += (Math.Log(row.Sum(Math.Exp)) - row[code]) / (Window + 13);
        }
        return nats;
    }

    private static long Code(int frame, int book) => (frame * 31 + book * 17) % Books[book];

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(1000)] // no frame at all
    public void A_known_token_weighs_the_same_whatever_is_unknown(int every)
    {
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        using var scope = NewDisposeScope();
        using var model = FixedValues.Fill(new SemanticLanguageModel(Config, ParameterFactory.Random(1)));
        var batch = Batch((frame, book) => book == 1 && (frame + 1) % every != 0 ? -1 : Code(frame, book));
        var loss = Loss(model, batch);

        var codes = tensor(batch.Codes, [2, Window, 2]);
        var scores = model.Scores(tensor(batch.Conditions).view(2, -1), codes.clamp_min(0), codes >= 0);
        Assert.Equal(NatsOf(0, scores[0], batch) + NatsOf(1, scores[1], batch), loss.item<float>(), 1e-4);

        loss.backward();
        double Gradient(string name) => model.get_parameter(name)!.grad!.abs().sum().item<float>();
        Assert.True(Gradient("frames.outputs.0.weight") > 0);
        Assert.Equal(every < 1000, Gradient("frames.outputs.1.weight") > 0);
        Assert.All(model.parameters(), p => Assert.True(p.grad is null || p.grad.isfinite().all().item<bool>()));
    }

    [Fact]
    public void A_validation_tells_the_loss_of_each_codebook()
    {
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        using var scope = NewDisposeScope();
        using var model = FixedValues.Fill(new SemanticLanguageModel(Config, ParameterFactory.Random(1)));
        var batch = Batch(Code);
        var held = new OneBatch<SemanticBatch>(batch);
        var figures = Stage(model, new() { ["first"] = held, ["second"] = held }).Validate(0, _folder[""]);

        Assert.Equal(["first", "second", "of codebook 1", "of codebook 2"], figures.Keys);
        var scores = model.Scores(tensor(batch.Conditions).view(2, -1), tensor(batch.Codes, [2, Window, 2]), null);
        for (int book = 0; book < 2; book++)
            Assert.Equal(NatsOf(book, scores[book], batch), figures[$"of codebook {book + 1}"], 1e-4);
        Assert.Equal(figures["of codebook 1"] + figures["of codebook 2"], figures["first"], 1e-6);
        Assert.Equal(figures["first"], figures["second"]);
    }

    [Fact]
    public void The_loss_of_what_is_known_altogether_stays_to_the_bit()
    {
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        using var scope = NewDisposeScope();
        using var model = FixedValues.Fill(new SemanticLanguageModel(Config, ParameterFactory.Random(1)));
        var batch = Batch(Code);
        var codes = tensor(batch.Codes, [2, Window, 2]);
        var known = tensor(batch.Known, [2, Window]);
        var expected = model
            .Scores(tensor(batch.Conditions).view(2, -1), codes)
            .Select(
                (scores, book) => nn.functional.cross_entropy(scores.flatten(0, 1), codes.select(-1, book).where(known, -100L).flatten())
            )
            .Aggregate((sum, loss) => sum + loss);
        Assert.Equal(expected.item<float>(), Loss(model, batch).item<float>());
    }

    public void Dispose() => _folder.Dispose();
}
