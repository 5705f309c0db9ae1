using Melody.Tests.Cli;
using Melody.Training.Loop;
using Melody.Training.Recipes;
using Melody.Training.Setup;
using Melody.Training.Stages;

namespace Melody.Tests.Training;

/// <summary>Options of a training that cannot be are refused before anything is read, made or written.</summary>
public sealed class RefusedOptionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("autoencoder", "batch=0", "'batch' is 0, and 1 to 65536 is possible")]
    [InlineData("autoencoder", "batch=-1", "'batch' is -1")]
    [InlineData("autoencoder", "learningRate=-0.001", "'learningRate' is -0.001")]
    [InlineData("autoencoder", "learningRate=0", "'learningRate' is 0")]
    [InlineData("autoencoder", "segmentSamples=0", "'segmentSamples' is 0")]
    [InlineData("autoencoder", "periods=[]", "'periods' has 0 numbers")]
    [InlineData("autoencoder", "periods=[2, 0]", "'periods' is 0")]
    [InlineData("autoencoder", "periodChannels=[8]", "periodChannels needs two numbers")]
    [InlineData("autoencoder", "magnitudeWeight=1e309", "'magnitudeWeight'")]
    [InlineData("magnitude-autoencoder", "segmentFrames=-5", "'segmentFrames' is -5")]
    [InlineData("magnitude-autoencoder", "emaDecay=1", "'emaDecay' is 1")]
    [InlineData("semantic-tokenizer", "objective.maskShare=2", "'objective.maskShare' is 2")]
    [InlineData("semantic-tokenizer", "noteShares=[-1, 1]", "'noteShares' is -1")]
    [InlineData("semantic-lm", "conditions.text=1.5", "'conditions.text' is 1.5")]
    [InlineData("semantic-lm", "conditions.text=\"\\ud800\"", "not Unicode")]
    [InlineData("semantic-lm", "conditions={\"\\udc00\":1}", "not Unicode")]
    [InlineData("semantic-lm", "conditions={\"text\":1,\"text\":0}", "cannot be used")]
    [InlineData("joint-embedding", "augmentation.timeShare=-1", "'augmentation.timeShare' is -1")]
    [InlineData("joint-embedding", "quantizerVectors=0", "'quantizerVectors' is 0")]
    [InlineData("diffusion", "angleSkew=0", "'angleSkew' is 0")]
    public void AnOptionOutOfRangeIsNamed(string stage, string change, string sentence)
    {
        var request = new TrainingRequest
        {
            Stage = TrainingRecipes.Named(stage),
            Preset = "test",
            Corpora = ["nowhere"],
            RunFolder = _folder["run"],
            ModelFolder = _folder["model"],
            Changes = [change],
        };
        Action read = stage switch
        {
            "autoencoder" => () => TrainingPreset.Read<AutoencoderTrainingOptions>(request),
            "magnitude-autoencoder" => () => TrainingPreset.Read<MagnitudeAutoencoderTrainingOptions>(request),
            "semantic-tokenizer" => () => TrainingPreset.Read<SemanticTokenizerTrainingOptions>(request),
            "semantic-lm" => () => TrainingPreset.Read<SemanticLanguageModelTrainingOptions>(request),
            "joint-embedding" => () => TrainingPreset.Read<JointEmbeddingTrainingOptions>(request),
            _ => () => TrainingPreset.Read<DiffusionTrainingOptions>(request),
        };
        var error = Assert.Throws<MelodyException>(read);
        Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("corpus.json", "a corpus")]
    [InlineData("encoded.json", "an encoded corpus")]
    public async Task AFolderOfAnotherKindIsNotWrittenInto(string plan, string kind)
    {
        Directory.CreateDirectory(_folder["taken"]);
        await File.WriteAllTextAsync(Path.Combine(_folder["taken"], plan), "{}", TestContext.Current.CancellationToken);
        foreach (var option in new[] { "-o", "--run" })
        {
            string[] other = option == "-o" ? ["--run", _folder["run"]] : ["-o", _folder["model"]];
            var run = await ToolRun.RunAsync([
                "train",
                "autoencoder",
                "--preset",
                "test",
                "--corpus",
                _folder.Path,
                option,
                _folder["taken"],
                .. other,
            ]);
            run.AssertRefused($"holds {kind}");
        }
        Assert.Equal([_folder["taken"]], Directory.GetFileSystemEntries(_folder.Path));
        Assert.Single(Directory.GetFileSystemEntries(_folder["taken"]));
    }

    [Fact]
    public void ALogThatCannotBeWrittenEndsNoTraining()
    {
        // where the folder of TensorBoard should be stands a file; a full disk gives the same kind of error
        var run = _folder["run"];
        Directory.CreateDirectory(run);
        File.WriteAllText(Path.Combine(run, "tensorboard"), "");
        using var output = new StringWriter();
        using var stage = new ToyStage();
        var options = new TrainingOptions
        {
            RunFolder = run,
            Steps = 5,
            LogSteps = 1,
            ValidationSteps = 0,
        };
        using var loop = new TrainingLoop<float[]>(stage, options, new ConsoleLog("toy", output, run));
        Assert.True(loop.Run(TestContext.Current.CancellationToken));
        Assert.Contains("the training goes on without it", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("step 5/5", output.ToString(), StringComparison.Ordinal);
    }
}
