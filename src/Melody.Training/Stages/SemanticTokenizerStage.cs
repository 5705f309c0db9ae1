using Melody.Foundation;
using Melody.SemanticTokens;
using Melody.Training.Data;
using Melody.Training.Loop;
using Melody.Training.Losses;
using Melody.Training.Optimization;
using Melody.Training.Ranks;
using Melody.Training.SelfSupervised;
using Melody.Training.Setup;
using Melody.Training.Speed;
using TorchSharp;
using static TorchSharp.torch;

namespace Melody.Training.Stages;

/// <summary>
/// Trains the trunk of the semantic tokenizer (paper section 2.2): wav2vec 2.0's masked contrastive objective and, where
/// notes are known, the readout that tells them, with nothing masked. The centres follow afterwards (<see cref="CentreFitting"/>).
/// </summary>
internal sealed class SemanticTokenizerStage : TrainingStage<TokenizerBatch>
{
    private const int ValidationBatches = 4;

    private readonly SemanticTokenizer _tokenizer;
    private readonly SemanticTokenizerTrainingOptions _options;
    private readonly IBatchSource<TokenizerBatch> _validation;
    private readonly Wav2Vec2Objective _objective;
    private readonly FrameLevels _levels;
    private readonly Device _device;
    private readonly long _seed;

    /// <param name="tokenizer">The network to train.</param>
    /// <param name="options">Batch and objectives.</param>
    /// <param name="training">Music to learn from.</param>
    /// <param name="validation">Held-out music.</param>
    /// <param name="seed">Of the objective's parameters and masks.</param>
    public SemanticTokenizerStage(
        SemanticTokenizer tokenizer,
        SemanticTokenizerTrainingOptions options,
        IBatchSource<TokenizerBatch> training,
        IBatchSource<TokenizerBatch> validation,
        long seed
    )
    {
        (_tokenizer, _options, Batches, _validation, _seed) = (tokenizer, options, training, validation, seed);
        _device = tokenizer.parameters().First().device;
        _levels = new(tokenizer.Config.SampleRate, tokenizer.Config.Hop);
        var ranks = RankGroup.Current;
        foreach (var norm in ranks.IsAlone ? [] : tokenizer.Trunk.modules().OfType<BatchNorm>())
            norm.Together = (ranks.MeanBothWays, ranks.Size);
        _objective = NewNetwork.Create(seed, _device, p => new Wav2Vec2Objective(tokenizer.Trunk, options.Objective, p));
        Sets =
        [
            new(
                "tokenizer",
                tokenizer.Readout is { } readout ? [tokenizer.Trunk, _objective, readout] : [tokenizer.Trunk, _objective],
                new OptimizerOptions
                {
                    LearningRate = options.LearningRate,
                    WarmUpSteps = options.WarmUpSteps,
                    EmaDecay = options.EmaDecay,
                    Beta2 = 0.98,
                }
            ),
        ];
        Buffers = tokenizer
            .Trunk.named_buffers()
            .Concat(tokenizer.Config.ScoreTokens ? tokenizer.Fitted : [])
            .ToDictionary(named => named.Item1, named => named.Item2);
    }

    /// <inheritdoc/>
    public override double AudioSecondsPerBatch =>
        (double)_options.Batch * _options.SegmentFrames * _tokenizer.Config.Hop / _tokenizer.Config.SampleRate;

    /// <inheritdoc/>
    public override double FlopsPerBatch =>
        MultiplyAdds.TrainingFlops * _options.Batch * MultiplyAdds.Tokenizer(_tokenizer.Config, _options.Objective, _options.SegmentFrames);

    /// <inheritdoc/>
    public override IReadOnlyList<TrainedSet> Sets { get; }

    /// <inheritdoc/>
    public override IBatchSource<TokenizerBatch> Batches { get; }

    /// <summary>The running statistics of the batch norms; where centres are fitted to scores before the first step, they too.</summary>
    public override IReadOnlyDictionary<string, Tensor> Buffers { get; }

    /// <inheritdoc/>
    public override Tensor? Loss(TrainedSet set, TokenizerBatch batch, StepContext context, Figures figures)
    {
        foreach (var module in Sets[0].Modules)
            module.train();
        return Loss(batch, context.Step, new CounterRandom((ulong)_seed, (ulong)context.Step << 20), context.Ranks, figures);
    }

    /// <summary>The objectives on fixed held-out segments.</summary>
    public override Figures Validate(long step, string folder)
    {
        foreach (var module in Sets[0].Modules)
            module.eval();
        var mean = new Figures();
        for (int i = 0; i < ValidationBatches; i++)
        {
            using var scope = NewDisposeScope();
            var figures = new Figures();
            figures["loss"] = Loss(
                    _validation.Create(i),
                    step,
                    new CounterRandom((ulong)BatchRandom.ValidationSeed, (ulong)i << 20),
                    RankGroup.Alone,
                    figures
                )
                .item<float>();
            foreach (var (name, value) in figures)
                mean[name] = mean.GetValueOrDefault(name) + value / ValidationBatches;
        }
        return mean;
    }

    private Tensor Loss(TokenizerBatch batch, long step, CounterRandom random, RankGroup ranks, Figures figures)
    {
        int samples = _options.SegmentFrames * _tokenizer.Config.Hop,
            rows = batch.Audio.Length / samples;
        var audio = tensor(batch.Audio, [rows, samples], ScalarType.Float32, _device);
        var terms = new LossTerms(figures);
        if (_options.ContrastiveWeight > 0)
        {
            var losses = _objective.Compute(_tokenizer.Trunk, audio, step, random, ranks);
            figures.Show("contrastive", losses.Contrastive);
            figures.Show("accuracy", losses.Accuracy);
            figures.Show("perplexity", losses.Perplexity);
            terms.Add("objective", _options.ContrastiveWeight, losses.Loss);
        }
        if (batch.Notes is null || _options.NoteWeight == 0 || _tokenizer.Readout is not { } readout)
            return terms.Sum;
        var targets = tensor(
                batch.Notes,
                [rows, batch.Notes.Length / rows / FrameFacts.Count, FrameFacts.Count],
                ScalarType.Float32,
                _device
            )
            .narrow(-1, 0, _tokenizer.Config.Readout);
        if (_tokenizer.Config.Readout > FrameFacts.Levels)
            targets.narrow(-1, FrameFacts.Levels, FrameFacts.LevelCount).copy_(_levels.Of(audio));
        int tap = _tokenizer.Config.TapLayer;
        var notes = NoteLoss.Compute(
            readout.forward(_tokenizer.Trunk.HiddenStates(_tokenizer.Trunk.Features(audio), layers: tap)[tap]),
            targets
        );
        terms.Add("notes", _options.NoteWeight, notes);
        return terms.Sum;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _objective.Dispose();
        base.Dispose();
    }
}
