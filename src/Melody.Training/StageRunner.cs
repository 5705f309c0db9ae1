using System.Globalization;
using System.Text;
using System.Text.Json;
using Melody.Autoencoder;
using Melody.Conditioning;
using Melody.Corpus.Storage;
using Melody.Diffusion;
using Melody.Nn;
using Melody.Presets;
using Melody.Semantic;
using Melody.Training.Data;
using Melody.Training.Encoded;
using Melody.Training.Loop;
using Melody.Training.Stages;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Training;

/// <summary>From a request to a trained part in the model folder: builds the stage, runs the loop, writes the weights.</summary>
internal static class StageRunner
{
    // batches over which the deviation of the latents is measured
    private const int MeasuredBatches = 50;

    private delegate bool Stage(TrainingRequest request, Device device, TextWriter output, CancellationToken cancellation);

    private static readonly (string Name, Stage Train)[] All =
    [
        ("autoencoder", TrainAutoencoder),
        ("joint-embedding", TrainJointEmbedding),
        ("semantic-tokenizer", TrainSemanticTokenizer),
        ("semantic-lm", TrainSemanticLanguageModel),
        ("diffusion", TrainDiffusion),
        ("decoder", TrainDecoder),
    ];

    /// <summary>The stages in the order in which they are trained; the language model and the denoiser read an encoded corpus.</summary>
    public static IReadOnlyList<string> Stages { get; } = [.. All.Select(stage => stage.Name)];

    /// <summary>Trains a stage.</summary>
    /// <returns>Whether the last step has been reached.</returns>
    /// <exception cref="MelodyException">The stage, preset, corpus or a folder cannot be used, or the training diverged.</exception>
    public static bool Run(TrainingRequest request, TextWriter output, CancellationToken cancellation)
    {
        var train = Array.Find(All, stage => stage.Name == request.Stage).Train
            ?? throw new MelodyException($"There is no stage '{request.Stage}'; the stages are {string.Join(", ", Stages)}.");
        var device = TorchDevice.Resolve(request.Device);
        using var precision = ComputePrecision.Use(TorchDevice.Precision(device));
        return train(request, device, output, cancellation);
    }

    private static bool TrainAutoencoder(TrainingRequest request, Device device, TextWriter output, CancellationToken cancellation)
    {
        var start = new StartingWeights(request, PartName.Autoencoder);
        var config = start.Config<AutoencoderConfig>();
        var options = TrainingPreset.Read<AutoencoderTrainingOptions>(request);
        using var audio = TrainingAudio.Open(request.Corpus, config.SampleRate);
        using var network = start.Create(device, p => AudioAutoencoder.Create(config, p));
        using var tokenizer = options.SemanticWeight == 0 ? null : LoadTokenizer(ModelFolder.Open(request.ModelFolder), device);
        using var stage = new AutoencoderStage(network, options, audio.Training, audio.Validation, request.Seed, tokenizer: tokenizer);
        return Train(request, PartName.Autoencoder, stage, options.Steps, start.Share(options), output, (writer, summary, token) =>
            writer.SetPart(PartName.Autoencoder, config, network, trained: true, ScalarType.BFloat16, summary), cancellation);
    }

    // hears the autoencoder's sound, where the options want it: the first stage of a new model has none yet
    private static SemanticTokenizer LoadTokenizer(ModelFolder folder, Device device) =>
        TrainedPart.Load(folder, PartName.SemanticTokenizer, device, p => new SemanticTokenizer(folder.Config<SemanticTokenizerConfig>(PartName.SemanticTokenizer), p));

    private sealed record BehindEncoder(AutoencoderTrainingOptions Options, string Encoder);

    // the encoder stays as it is, and with it everything that was encoded
    private static bool TrainDecoder(TrainingRequest request, Device device, TextWriter output, CancellationToken cancellation)
    {
        if (request.StartFrom is not null) throw new MelodyException("The stage decoder starts from the autoencoder in the model folder given with --output; leave --start-from out.");
        var folder = ModelFolder.Open(request.ModelFolder);
        var config = folder.Config<AutoencoderConfig>(PartName.Autoencoder);
        var options = TrainingPreset.Read<AutoencoderTrainingOptions>(request);
        using var audio = TrainingAudio.Open(request.Corpus, config.SampleRate);
        using var parameters = ParameterFactory.Empty(device);
        using var network = AudioAutoencoder.Create(config, parameters);
        folder.Load(PartName.Autoencoder, network);
        using var tokenizer = options.SemanticWeight == 0 ? null : LoadTokenizer(folder, device);
        using var stage = new AutoencoderStage(network, options, audio.Training, audio.Validation, request.Seed, decoderOnly: true, tokenizer);
        var fixedEncoder = new BehindEncoder(options, PartHash.OfEncoding(folder, PartName.Autoencoder)[PartName.Autoencoder]);
        return Train(request, PartName.Autoencoder, stage, options.Steps, fixedEncoder, output, (writer, summary, token) =>
            writer.SetPart(PartName.Autoencoder, config, network, trained: true, ScalarType.BFloat16, summary), cancellation);
    }

    private static bool TrainJointEmbedding(TrainingRequest request, Device device, TextWriter output, CancellationToken cancellation)
    {
        var start = new StartingWeights(request, PartName.JointEmbedding);
        var config = start.Config<JointEmbeddingConfig>();
        var options = TrainingPreset.Read<JointEmbeddingTrainingOptions>(request);
        if (options.KeepQuantizer && !start.OfModel) throw new MelodyException("keepQuantizer keeps the quantizer of a trained model; name the model with --start-from.");
        using var corpus = CorpusReader.Open(request.Corpus);
        CaptionedWindows Windows(string split, long seed) =>
            new(corpus, split, config.Audio.SampleRate, config.Audio.WindowSamples, options.TagShare, options.Batch, seed);
        var training = Windows("train", request.Seed);
        var validation = Windows("validation", seed: 5);
        var vectors = start.Vocabulary is { } known ? new(known, [], []) : StartingVectors.Make(request, config.Text, training.Texts);
        using var network = start.Create(device, p => new JointEmbedding(config, vectors.Vocabulary, p));
        if (network.TextTower is WordTower tower && !start.OfModel) vectors.CopyTo(tower);
        using var stage = new JointEmbeddingStage(network, options, training, validation);
        return Train(request, PartName.JointEmbedding, stage, options.Steps, start.Share(options), output, (writer, summary, token) =>
        {
            var fitted = QuantizerFitting.Fit(network, stage, training, options, request.Seed, token);
            output.WriteLine(FormattableString.Invariant($"{request.Stage}: the quantizer leaves {fitted[0]:F3} of a unit vector after one level and {fitted[^1]:F3} after {fitted.Count}"));
            var assets = new Dictionary<string, byte[]> { [Vocabulary.FileName] = Encoding.UTF8.GetBytes(network.Vocabulary.ToText()) };
            writer.SetPart(PartName.JointEmbedding, config, network, trained: true, ScalarType.BFloat16, summary, assets);
        }, cancellation);
    }

    private static bool TrainSemanticTokenizer(TrainingRequest request, Device device, TextWriter output, CancellationToken cancellation)
    {
        var start = new StartingWeights(request, PartName.SemanticTokenizer);
        var config = start.Config<SemanticTokenizerConfig>();
        if (config.Readout is not (0 or FrameFacts.Count))
            throw new MelodyException($"The tokenizer's readout tells {config.Readout} values of a frame; the notes of a corpus have {FrameFacts.Count}.");
        var options = TrainingPreset.Read<SemanticTokenizerTrainingOptions>(request);
        using var audio = TrainingAudio.Open(request.Corpus, config.SampleRate);
        IBatchSource<TokenizerBatch> Segments(string split, IAudioCollection pieces, long seed) => audio.Corpus is { } corpus && options.NoteWeight > 0
            ? new DescribedTokenizerSegments(corpus, split, config.SampleRate, config.Hop, options.SegmentFrames, options.Batch, seed)
            : new PlainTokenizerSegments(new AudioSegments(pieces, options.Batch, options.SegmentFrames * config.Hop, seed));
        using var network = start.Create(device, p => new SemanticTokenizer(config, p));
        using var stage = new SemanticTokenizerStage(network, options,
            Segments("train", audio.Training, request.Seed), Segments("validation", audio.Validation, seed: 5), request.Seed);
        return Train(request, PartName.SemanticTokenizer, stage, options.Steps, start.Share(options), output, (writer, summary, token) =>
        {
            double distance = CentreFitting.Fit(network, audio.Training, options, request.Seed, token);
            output.WriteLine(FormattableString.Invariant($"{request.Stage}: {config.Codes} centres leave {distance:F3} of the tapped layer's variance"));
            writer.SetPart(PartName.SemanticTokenizer, config, network, trained: true, ScalarType.BFloat16, summary);
        }, cancellation);
    }

    private static bool TrainSemanticLanguageModel(TrainingRequest request, Device device, TextWriter output, CancellationToken cancellation)
    {
        var start = new StartingWeights(request, PartName.SemanticLanguageModel);
        var config = start.Config<SemanticLanguageModelConfig>();
        var options = TrainingPreset.Read<SemanticLanguageModelTrainingOptions>(request);
        var folder = ModelFolder.Open(request.ModelFolder);
        using var corpus = EncodedCorpus.Open(request.Corpora, PartHash.OfEncoding(folder, PartName.JointEmbedding, PartName.SemanticTokenizer));
        using var network = start.Create(device, p => new SemanticLanguageModel(config, p));
        if (!start.OfModel) PrefixVectors.Begin(network, folder);
        using var stage = new SemanticLanguageModelStage(network, options,
            new SemanticWindows(corpus, "train", config, options.Conditions, options.JitterTokens, options.Batch, request.Seed),
            SemanticLanguageModelStage.Comparison.ToDictionary(mix => mix.Key,
                IBatchSource<SemanticBatch> (mix) => new SemanticWindows(corpus, "validation", config, mix.Value, 0, options.Batch, seed: 5)));
        return Train(request, PartName.SemanticLanguageModel, stage, options.Steps, start.Share(options), output, (writer, summary, token) =>
            writer.SetPart(PartName.SemanticLanguageModel, config, network, trained: true, ScalarType.BFloat16, summary), cancellation);
    }

    private static bool TrainDiffusion(TrainingRequest request, Device device, TextWriter output, CancellationToken cancellation)
    {
        var start = new StartingWeights(request, PartName.Denoiser);
        var begun = start.Config<DenoiserConfig>();
        var config = begun;
        var options = TrainingPreset.Read<DiffusionTrainingOptions>(request);
        var folder = ModelFolder.Open(request.ModelFolder);
        if (options.AddPrompts) config = config with { PromptWidth = folder.Config<JointEmbeddingConfig>(PartName.JointEmbedding).EmbeddingWidth };
        if (begun.ForecastTokens == 0) config = config with { ForecastTokens = options.AddForecast };
        string[] heard = [PartName.Autoencoder, PartName.SemanticTokenizer, .. config.PromptWidth > 0 ? [PartName.JointEmbedding] : Array.Empty<string>()];
        using var corpus = EncodedCorpus.Open(request.Corpora, PartHash.OfEncoding(folder, heard));
        var training = new LatentWindows(corpus, "train", config, options.Batch, request.Seed, new(options.TextShare, options.PromptDropped));
        if (options.UnitVariance && !start.Knows(PartName.Autoencoder, folder))
        {
            double deviation = training.Deviation(MeasuredBatches);
            config = config with { LatentScale = Math.Round(1 / Math.Max(deviation, 1e-3), 3) };
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{request.Stage}: the latents deviate by {deviation:F4} and are scaled by {config.LatentScale}"));
        }
        using var network = start.Create(device, p => new DualPathDenoiser(config, p), p => new DualPathDenoiser(begun, p));
        bool known = start.Knows(PartName.SemanticTokenizer, folder);
        if (!known) TokenVectors.Begin(network, folder, request.Seed);
        using var autoencoder = TrainedPart.Load(folder, PartName.Autoencoder, device, p => AudioAutoencoder.Create(folder.Config<AutoencoderConfig>(PartName.Autoencoder), p));
        using var embedding = config.PromptWidth == 0 ? null : TrainedPart.Load(folder, PartName.JointEmbedding, device,
            p => new JointEmbedding(folder.Config<JointEmbeddingConfig>(PartName.JointEmbedding), ModelParts.ReadVocabulary(folder), p));
        var validation = new LatentWindows(corpus, "validation", config, options.Batch, seed: 5, new(Text: 1, Dropped: 0));
        using var stage = new DiffusionStage(network, options, training, validation, autoencoder, embedding?.Quantizer);
        bool foretells = known && begun.ForecastTokens > 0 && begun.PromptWidth == config.PromptWidth;
        if (config.ForecastTokens > 0 && !foretells && !request.Resume)
        {
            double foretold = ForecastWeights.Begin(network, ForecastWeights.Windows / options.Batch + 1, i => stage.Load(training.Create(i)), cancellation);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{request.Stage}: a linear forecast foretells {foretold:P1} of the latents' variance"));
        }
        return Train(request, PartName.Denoiser, stage, options.Steps, start.Share(options), output, (writer, summary, token) =>
            writer.SetPart(PartName.Denoiser, config, network, trained: true, ScalarType.BFloat16, summary), cancellation);
    }

    /// <param name="request">What was asked for.</param>
    /// <param name="part">What the stage trains.</param>
    /// <param name="stage">Network, batches and loss.</param>
    /// <param name="steps">The preset's.</param>
    /// <param name="stageOptions">What a resumed run has to share with the one before.</param>
    /// <param name="output">Where the log goes.</param>
    /// <param name="write">Called with the averaged parameters in the network; completes the part and puts it into the model folder.</param>
    /// <param name="cancellation">Saves and ends.</param>
    private static bool Train<TBatch>(TrainingRequest request, string part, TrainingStage<TBatch> stage, long steps, object stageOptions, TextWriter output,
        Action<ModelFolderWriter, TrainingSummary, CancellationToken> write, CancellationToken cancellation)
    {
        if (request.CoolDown is { } coolDown && !(coolDown > TimeSpan.Zero && coolDown <= request.Budget))
            throw new MelodyException("The cool-down is the end of the time given with --minutes: it has to be longer than nothing and no longer than that.");
        var options = new TrainingOptions
        {
            RunFolder = request.RunFolder,
            Steps = request.Steps ?? steps,
            Budget = request.Budget,
            CoolDown = request.CoolDown,
            Seed = request.Seed,
            Resume = request.Resume,
            CheckpointInterval = request.CheckpointInterval,
            ValidationSteps = request.ValidationSteps,
            Configuration = JsonSerializer.Serialize(new { request.Stage, request.Preset, request.Seed, Options = ConfigJson.Write(stageOptions) }),
        };
        var written = new WrittenPart(request, part);
        using var loop = new TrainingLoop<TBatch>(stage, options, new ConsoleLog(output, request.RunFolder));
        loop.Open();
        if (loop.Finished && written.IsOf(loop.Step))
        {
            output.WriteLine($"{request.Stage}: all {loop.Step} steps are done and their weights are in {request.ModelFolder}; a larger --steps would go on");
            return true;
        }
        bool finished = loop.Run(cancellation);
        if (loop.Step == 0 || written.IsOf(loop.Step)) return finished;
        if (!finished && !request.Export && written.IsOfAnotherRun())
        {
            output.WriteLine($"{request.Stage}: {request.ModelFolder} keeps the weights of another training until the last step; --export replaces them now");
            return finished;
        }
        // a run that was interrupted still leaves its weights; a second signal ends it at once, with the checkpoint written
        var token = cancellation.IsCancellationRequested ? CancellationToken.None : cancellation;
        using var pause = FinalizerPause.Begin(); // codebooks are fitted with as many tensors as a step has
        loop.WithAverages(() => written.Write(loop.Step, writer => write(writer, loop.Summary(), token)));
        output.WriteLine($"{request.Stage}: weights written into {request.ModelFolder}");
        return finished;
    }
}
