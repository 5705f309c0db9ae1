using Melody.Corpus.Records;
using Melody.Models;
using Melody.Nn;
using Melody.Runtime;
using Melody.SemanticTokens;
using Melody.Tests.Cli;
using Melody.Tests.Corpus.Rendering;
using Melody.Tests.Reference;
using Melody.Training.Encoded;
using Melody.Training.Encoders;
using Melody.Training.Recipes;
using Melody.Training.Setup;
using Melody.Training.Stages;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Tests.Training;

/// <summary>Music that is composed and never rendered is encoded as the same music with sound is, but for what only sound tells.</summary>
public sealed class WithoutSoundTests : IDisposable
{
    // the codebooks of the second model, with fewer codes
    private static readonly (string Name, int Codes, string[] Facts)[] Books =
    [
        ("harmony", 20, ["chroma"]),
        ("bass", 9, ["bass", "octaves"]),
        ("melody", 8, ["melody"]),
        ("attacks", 12, ["halves", "beats", "phase"]),
        ("timbre", 10, ["families"]),
        ("sound", 6, ["levels"]),
    ];

    private readonly TemporaryFolder _folder = new();

    private static SemanticTokenizerConfig Tokenizer(bool scoreTokens = true) =>
        Parts.SemanticTokenizer.Config("test") with
        {
            Readout = FrameFacts.Count,
            ScoreTokens = scoreTokens,
            Codebooks =
            [
                .. Books.Select(book => new CodebookConfig
                {
                    Name = book.Name,
                    Codes = book.Codes,
                    Facts = book.Facts,
                }),
            ],
        };

    private string WriteModel(string name, SemanticTokenizerConfig tokenizer)
    {
        using var writer = ModelFolderWriter.Create(_folder[name], "test", "test");
        writer.SetRandom(Parts.Autoencoder, Parts.Autoencoder.Config("test"));
        writer.SetRandom(Parts.JointEmbedding, Parts.JointEmbedding.Config("test"));
        writer.SetRandom(Parts.SemanticTokenizer, tokenizer);
        writer.Commit();
        return _folder[name];
    }

    private Task<ToolRun> BuildAsync(string output, string model, params string[] more)
    {
        string[] what = ["--minutes", "2.5", "--piece-seconds", "15", "--window", "5", "--shard-pieces", "5", "--seed", "2"];
        string[] how = ["--no-mma", "--encode", "--model", model, "--device", "cpu", "--json"];
        return ToolRun.RunAsync(["corpus", "build", .. what, .. how, "-o", _folder[output], .. more]);
    }

    [Fact]
    public async Task Tokens_and_words_are_those_of_the_same_music_with_sound()
    {
        var font = SynthesizerTests.SmallFont().Name;
        var model = WriteModel("model", Tokenizer());
        var run = await BuildAsync("heard", model, "--font", font);
        Assert.True(run.Code == 0, run.Error);
        run = await BuildAsync("score", model, "--without-sound");
        Assert.True(run.Code == 0, run.Error);
        Assert.Equal(2, run.Json.GetProperty("shardsDone").GetInt32());
        (await BuildAsync("heard", model, "--without-sound")).AssertRefused("another seed, other settings, other sound fonts");

        var seen = Books.Select(_ => new HashSet<short>()).ToArray();
        for (int shard = 0; shard < 2; shard++)
        {
            using var heard = SafetensorsReader.Open(new EncodedShard(_folder["heard"], shard).Data);
            using var score = SafetensorsReader.Open(new EncodedShard(_folder["score"], shard).Data);
            var pieces = EncodedShard.Pieces(heard);
            Assert.Equal(5, pieces.Count);
            Assert.Equal(pieces.Select(piece => piece with { FirstFrame = 0, Frames = 0 }), EncodedShard.Pieces(score));
            Assert.Equal(EncodedShard.Windows(heard), EncodedShard.Windows(score));
            Assert.Equal(EncodedShard.Shorts(heard, "text_prefix"), EncodedShard.Shorts(score, "text_prefix"));
            Assert.Empty(EncodedShard.Shorts(score, "audio_prefix"));
            Assert.Equal(0, score.Entries["latents"].Shape[0]);
            var (theirs, mine) = (EncodedShard.Shorts(heard, "tokens"), EncodedShard.Shorts(score, "tokens"));
            Assert.Equal(theirs.Length, mine.Length);
            for (int i = 0; i < mine.Length; i++)
            {
                int book = i % Books.Length;
                Assert.Equal(Books[book].Name == "sound" ? -1 : theirs[i], mine[i]);
                seen[book].Add(theirs[i]);
            }
        }
        Assert.All(seen, codes => Assert.InRange(codes.Count, 2, 20));
        await TrainAsync(model);
    }

    // a language model learns from both folders, or from the one without sound; a denoiser refuses it
    private async Task TrainAsync(string model)
    {
        var (language, denoiser) = (SemanticLanguageModelRecipe.Stage, DiffusionRecipe.Stage);
        int[] sizes = [.. Books.Select(book => book.Codes)];
        Directory.CreateDirectory(_folder["preset/training"]);
        void WritePreset(string name, object value) => File.WriteAllBytes(_folder[$"preset/{name}.json"], ConfigJson.WriteText(value));
        WritePreset("semantic-lm", Parts.SemanticLanguageModel.Config("test") with { Codebooks = sizes, Window = 100 });
        WritePreset(
            "training/semantic-lm",
            TrainingPreset.Read<SemanticLanguageModelTrainingOptions>("test", language) with
            {
                Batch = 4,
                TransposedShare = 0.5,
            }
        );
        WritePreset("denoiser", Parts.Denoiser.Config("test") with { Codebooks = sizes });
        WritePreset("training/diffusion", TrainingPreset.Read<DiffusionTrainingOptions>("test", denoiser));
        Task<ToolRun> TrainOn(Stage stage, string run, params string[] corpora) =>
            ToolRun.RunAsync([
                .. new[] { "train", stage.Name, "--preset", _folder["preset"], "--run", _folder[run], "-o", model, "--steps", "2" },
                .. new[] { "--validation-steps", "1", "--device", "cpu" },
                .. corpora.SelectMany(corpus => new[] { "--corpus", _folder[corpus] }),
            ]);
        var both = await TrainOn(language, "both", "heard", "score");
        Assert.True(both.Code == 0, both.Error);
        Assert.Contains("loss with audio prefix", both.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", both.Error, StringComparison.OrdinalIgnoreCase);
        var alone = await TrainOn(language, "alone", "score");
        Assert.True(alone.Code == 0, alone.Error);
        Assert.Contains("loss with text prefix", alone.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("loss with audio prefix", alone.Error, StringComparison.Ordinal);
        (await TrainOn(denoiser, "denoiser", "heard", "score")).AssertRefused("made without sound and holds nothing of the autoencoder");
    }

    [Fact]
    public async Task What_cannot_be_done_without_sound_is_told()
    {
        var heard = WriteModel("heard", Tokenizer(scoreTokens: false));
        (await BuildAsync("out", heard, "--without-sound")).AssertRefused("hears its tokens (it has no scoreTokens)");
        var one = WriteModel("one", Tokenizer() with { Codebooks = [] });
        (await BuildAsync("out", one, "--without-sound")).AssertRefused("tells levels of sound");
        (await BuildAsync("out", heard, "--without-sound", "--for", "diffusion")).AssertRefused("nothing that diffusion learns from");
        (await BuildAsync("out", heard, "--without-sound", "--font", "any")).AssertRefused("leave one of them out");
        (await ToolRun.RunAsync("corpus", "build", "-o", _folder["out"], "--without-sound")).AssertRefused("give --encode too");
    }

    public void Dispose() => _folder.Dispose();
}
