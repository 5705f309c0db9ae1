using System.Diagnostics;
using Melody.Corpus.Records;
using Melody.Models;
using Melody.Runtime;
using Melody.Training.Data;
using Melody.Training.Encoded;
using Melody.Training.Loop;
using Melody.Training.LowRank;
using Melody.Training.Optimization;
using Melody.Training.Setup;
using Melody.Training.Stages;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Training.FineTuning;

/// <summary>
/// Trains the factors of an adapter: first those of the language model, then those of the denoiser, in the time that is left. Each part
/// gives the factors that did best on held-out songs, and none where none did better than the model as it was.
/// </summary>
internal sealed class AdapterTrainer : IDisposable
{
    /// <summary>What the product of the factors is multiplied by.</summary>
    public const double Scale = 1;

    private const double LanguageShare = 0.4,
        CoolDownShare = 0.3,
        MixWithoutCondition = 0.1,
        MixOfText = 0.5,
        MixControlDropped = 0.3,
        Unconditioned = 0.1,
        OneAngle = 0.3;
    private const int LanguageBatch = 8,
        DenoiserBatch = 4,
        JitterTokens = 25,
        HeldOutBatches = 6,
        WarmUpSteps = 20;
    private static readonly TimeSpan Never = TimeSpan.FromDays(365);

    private readonly FineTuningRequest _request;
    private readonly ModelFolder _model;
    private readonly Device _device;
    private readonly string _encoded,
        _work;
    private readonly IFineTuningLog _log;
    private readonly Stopwatch _watch = new();
    private readonly List<PartTraining> _parts = [];
    private readonly Dictionary<string, Tensor> _factors = new(StringComparer.Ordinal);

    /// <param name="request">How long, and how.</param>
    /// <param name="model">What is fine-tuned.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="encoded">The encoded corpus.</param>
    /// <param name="work">A folder for checkpoints.</param>
    /// <param name="log">Reports how far it is.</param>
    public AdapterTrainer(FineTuningRequest request, ModelFolder model, Device device, string encoded, string work, IFineTuningLog log) =>
        (_request, _model, _device, _encoded, _work, _log) = (request, model, device, encoded, work, log);

    /// <summary>How the parts were trained.</summary>
    public IReadOnlyList<PartTraining> Parts => _parts;

    /// <summary>The factors by their names in an adapter's file.</summary>
    public IReadOnlyDictionary<string, Tensor> Factors => _factors;

    /// <summary>Trains; a cancelled training ends after its step, with the factors that did best so far.</summary>
    /// <exception cref="MelodyException">The corpus does not fit the model, or the training diverged.</exception>
    public void Run(CancellationToken cancellation)
    {
        using var precision = ComputePrecision.Use(TorchDevice.Precision(_device));
        _watch.Start();
        TrainLanguageModel(_request.Budget * LanguageShare, cancellation);
        if (!cancellation.IsCancellationRequested)
            TrainDenoiser(_request.Budget - _watch.Elapsed, cancellation);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var factor in _factors.Values)
            factor.Dispose();
    }

    private void TrainLanguageModel(TimeSpan budget, CancellationToken cancellation)
    {
        var part = Models.Parts.SemanticLanguageModel;
        var config = part.Config(_model);
        using var corpus = EncodedCorpus.Open(
            _encoded,
            PartHash.OfEncoding(_model, [Models.Parts.JointEmbedding, Models.Parts.SemanticTokenizer])
        );
        using var network = part.Load(_model, _device, ScalarType.Float32);
        var mix = new ConditionMix
        {
            None = MixWithoutCondition,
            Text = MixOfText,
            ControlDropped = MixControlDropped,
        };
        SemanticWindows Windows(DatasetSplit split, int jitter, long seed) => new(corpus, split, config, mix, jitter, LanguageBatch, seed);
        var stage = new SemanticLanguageModelStage(
            network,
            new()
            {
                Steps = _request.Steps,
                Batch = LanguageBatch,
                LearningRate = _request.LearningRate,
                WarmUpSteps = WarmUpSteps,
                WeightDecay = 0,
                EmaDecay = 0,
                JitterTokens = JitterTokens,
                Conditions = mix,
            },
            Windows(DatasetSplit.Train, JitterTokens, _request.Seed),
            new Dictionary<string, IBatchSource<SemanticBatch>>()
        );
        Train(part.Name, network, stage, Windows(DatasetSplit.Validation, 0, BatchRandom.ValidationSeed), budget, cancellation);
    }

    private void TrainDenoiser(TimeSpan budget, CancellationToken cancellation)
    {
        var part = Models.Parts.Denoiser;
        var config = part.Config(_model);
        List<Part> encoders = [LoadedCodec.PartOf(_model), Models.Parts.SemanticTokenizer];
        if (config.HearsEmbedding)
            encoders.Add(Models.Parts.JointEmbedding);
        using var corpus = EncodedCorpus.Open(_encoded, PartHash.OfEncoding(_model, encoders));
        using var network = part.Load(_model, _device, ScalarType.Float32);
        network.train();
        using var embedding = config.HearsEmbedding ? Models.Parts.JointEmbedding.Load(_model, _device) : null;
        var options = new DiffusionTrainingOptions
        {
            Steps = _request.Steps,
            Batch = DenoiserBatch,
            LearningRate = _request.LearningRate,
            WarmUpSteps = WarmUpSteps,
            EmaDecay = 0,
            Unconditioned = Unconditioned,
            OneAngle = OneAngle,
            UnitVariance = false, // the scale is the model's
        };
        var mix = new PromptMix(options.TextShare, options.PromptDropped);
        LatentWindows Windows(DatasetSplit split, long seed) => new(corpus, split, config, DenoiserBatch, seed, mix);
        var heldOut = Windows(DatasetSplit.Validation, BatchRandom.ValidationSeed);
        var stage = new DiffusionStage(
            network,
            options,
            Windows(DatasetSplit.Train, _request.Seed),
            heldOut,
            quantizer: embedding?.Quantizer
        );
        Train(part.Name, network, stage, heldOut, budget, cancellation);
    }

    private void Train<TBatch>(
        string part,
        nn.Module network,
        TrainingStage<TBatch> inner,
        IBatchSource<TBatch> heldOut,
        TimeSpan budget,
        CancellationToken cancellation
    )
    {
        using var factors = new LowRankFactors(part, network, _request.Rank, Scale, _request.Seed);
        using var stage = new LowRankStage<TBatch>(
            inner,
            factors,
            heldOut,
            HeldOutBatches,
            _request.Patience,
            new()
            {
                LearningRate = _request.LearningRate,
                WarmUpSteps = WarmUpSteps,
                WeightDecay = 0,
                EmaDecay = 0.95,
                Beta2 = 0.99,
            }
        );
        var time = TimeSpan.FromTicks(Math.Max(1, budget.Ticks));
        var options = new TrainingOptions
        {
            RunFolder = Path.Combine(_work, $"run-{Guid.NewGuid():N}"),
            Steps = _request.Steps,
            Budget = time,
            CoolDown = time * CoolDownShare,
            Seed = _request.Seed,
            ValidationSteps = _request.ValidationSteps,
            LogSteps = 5,
            CheckpointInterval = Never,
        };
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, stage.Stop);
        var log = new PartLog(part, time, _log);
        // the model as it is: what the adapter has to surpass
        using (no_grad())
            log.Validation(0, stage.Validate(0, options.RunFolder));
        using var loop = new TrainingLoop<TBatch>(stage, options, log);
        try
        {
            loop.Run(either.Token);
        }
        finally
        {
            if (Directory.Exists(options.RunFolder))
                Directory.Delete(options.RunFolder, recursive: true);
        }
        var early = stage.Early;
        var ended =
            cancellation.IsCancellationRequested ? "interrupted"
            : early.IsOver ? "no longer better"
            : loop.Finished ? "steps"
            : "time";
        _parts.Add(new(part, loop.Step, early.Step, early.First, early.Lowest, ended));
        if (early.Step > 0)
            foreach (var (name, factor) in stage.Best!)
                _factors[name] = factor.clone().DetachFromDisposeScope();
    }
}
