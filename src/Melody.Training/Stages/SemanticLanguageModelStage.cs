using Melody.LanguageModel;
using Melody.Training.Data;
using Melody.Training.Loop;
using Melody.Training.Optimization;
using Melody.Training.Speed;
using static TorchSharp.torch;

namespace Melody.Training.Stages;

/// <summary>
/// Trains the semantic language model (paper section 2.3): cross-entropy of every semantic token given the conditions
/// and the true tokens before it. Conditions themselves are never predicted.
/// </summary>
internal sealed class SemanticLanguageModelStage : TrainingStage<SemanticBatch>
{
    private const int ValidationBatches = 4;

    // what cross_entropy leaves out
    private const long Ignored = -100;

    private readonly SemanticLanguageModel _model;
    private readonly SemanticLanguageModelTrainingOptions _options;
    private readonly IReadOnlyDictionary<string, IBatchSource<SemanticBatch>> _validations;
    private readonly Device _device;

    /// <param name="model">The network to train.</param>
    /// <param name="options">Batch and optimiser.</param>
    /// <param name="training">Windows to learn from.</param>
    /// <param name="validations">Held-out windows, by what conditions them.</param>
    public SemanticLanguageModelStage(
        SemanticLanguageModel model,
        SemanticLanguageModelTrainingOptions options,
        IBatchSource<SemanticBatch> training,
        IReadOnlyDictionary<string, IBatchSource<SemanticBatch>> validations
    )
    {
        (_model, _options, Batches, _validations) = (model, options, training, validations);
        _device = model.parameters().First().device;
        Sets =
        [
            new(
                "language model",
                [model],
                new OptimizerOptions
                {
                    LearningRate = options.LearningRate,
                    WarmUpSteps = options.WarmUpSteps,
                    WeightDecay = options.WeightDecay,
                    EmaDecay = options.EmaDecay,
                    Muon = options.Muon,
                }
            ),
        ];
    }

    /// <inheritdoc/>
    public override double AudioSecondsPerBatch => _options.Batch * _model.Config.Window / 25.0;

    /// <inheritdoc/>
    public override double FlopsPerBatch =>
        MultiplyAdds.TrainingFlops
        * _options.Batch
        * MultiplyAdds.LanguageModel(_model.Config, _model.Vocabulary.OutputCount, _model.Positions);

    /// <inheritdoc/>
    public override IReadOnlyList<TrainedSet> Sets { get; }

    /// <inheritdoc/>
    public override IBatchSource<SemanticBatch> Batches { get; }

    /// <summary>
    /// The conditions that a validation compares: the audio tower's tokens, as in the paper's training; the text tower's, as in
    /// generation; and none.
    /// </summary>
    public static IReadOnlyDictionary<string, ConditionMix> Comparison { get; } =
        new Dictionary<string, ConditionMix>
        {
            ["loss with audio prefix"] = new(),
            ["loss with text prefix"] = new() { Text = 1 },
            ["loss with text prefix alone"] = new() { Text = 1, ControlDropped = 1 },
            ["loss without condition"] = new() { None = 1 },
        };

    /// <inheritdoc/>
    public override Tensor? Loss(TrainedSet set, SemanticBatch batch, StepContext context, Figures figures)
    {
        _model.train();
        var loss = CrossEntropy(batch);
        return batch.Weight == 1 ? loss : loss * batch.Weight;
    }

    /// <summary>
    /// Nats a frame on fixed held-out windows, for each kind of condition; where a frame has several tokens, for the first kind also those
    /// of each codebook.
    /// </summary>
    public override Figures Validate(long step, string folder)
    {
        _model.eval();
        var figures = new Figures();
        var books = new Figures();
        foreach (var (name, source) in _validations)
        {
            var nats = new double[_model.Vocabulary.Codebooks.Count];
            for (int i = 0; i < ValidationBatches; i++)
            {
                using var scope = NewDisposeScope();
                foreach (var (book, loss) in Losses(source.Create(i)).Index())
                    nats[book] += loss.item<float>() / ValidationBatches;
            }
            figures[name] = nats.Sum();
            if (nats.Length > 1 && books.Count == 0)
                foreach (var (book, loss) in nats.Index())
                    books[$"of codebook {book + 1}"] = loss;
        }
        foreach (var (name, loss) in books)
            figures[name] = loss;
        return figures;
    }

    // nats a frame: of several codebooks the sum
    private Tensor CrossEntropy(SemanticBatch batch) => Losses(batch).Aggregate((sum, loss) => sum + loss);

    // of each codebook. Tokens that are not known (-1) count as nothing among all frames, so that the known ones of their codebook weigh
    // what they always do
    private IEnumerable<Tensor> Losses(SemanticBatch batch)
    {
        long length = _model.Config.Window,
            examples = batch.Known.Length / length;
        var conditions = tensor(batch.Conditions, [examples, _model.Vocabulary.ConditionCount], ScalarType.Int64, _device);
        var codes = tensor(batch.Codes, [examples, length, batch.Codes.Length / batch.Known.Length], ScalarType.Int64, _device);
        var known = tensor(batch.Known, [examples, length], ScalarType.Bool, _device);
        var told = batch.Codes.AsSpan().Contains(-1) ? codes >= 0 : null;
        int frames = batch.Known.AsSpan().Count(true);
        return _model
            .Scores(conditions, told is null ? codes : codes.clamp_min(0), told)
            .Select(
                (scores, book) =>
                {
                    var asked = told is null ? known : known & told.select(-1, book);
                    var loss = nn.functional.cross_entropy(
                        scores.to_type(ScalarType.Float32).flatten(0, 1),
                        (codes.select(-1, book) + _model.Vocabulary.OutputStart).where(asked, Ignored).flatten(),
                        ignore_index: Ignored,
                        reduction: told is null ? nn.Reduction.Mean : nn.Reduction.Sum
                    );
                    return told is null ? loss : loss / frames;
                }
            );
    }
}
