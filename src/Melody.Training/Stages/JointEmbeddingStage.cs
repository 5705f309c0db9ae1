using Melody.Conditioning;
using Melody.Training.Data;
using Melody.Training.Loop;
using Melody.Training.Losses;
using Melody.Training.Optimization;
using Melody.Training.Speed;
using static TorchSharp.torch;

namespace Melody.Training.Stages;

/// <summary>
/// Trains MuLan's two towers (paper section 2.1): batch contrastive loss with a learned temperature, spectrograms with
/// hidden bands and stretches, captions or tags. The quantizer follows afterwards (<see cref="QuantizerFitting"/>).
/// </summary>
internal sealed class JointEmbeddingStage : TrainingStage<CaptionedBatch>
{
    private const int ValidationBatches = 4;

    // what the spectrogram holds where nothing sounds
    private const double Silence = -1;

    private readonly JointEmbedding _network;
    private readonly JointEmbeddingTrainingOptions _options;
    private readonly IBatchSource<CaptionedBatch> _validation;
    private readonly Device _device;

    /// <param name="network">The network to train.</param>
    /// <param name="options">Batch and optimiser.</param>
    /// <param name="training">Pairs to learn from.</param>
    /// <param name="validation">Held-out pairs.</param>
    public JointEmbeddingStage(
        JointEmbedding network,
        JointEmbeddingTrainingOptions options,
        IBatchSource<CaptionedBatch> training,
        IBatchSource<CaptionedBatch> validation
    )
    {
        (_network, _options, Batches, _validation) = (network, options, training, validation);
        _device = network.parameters().First().device;
        Sets =
        [
            new(
                "towers",
                [network],
                new OptimizerOptions
                {
                    LearningRate = options.LearningRate,
                    WarmUpSteps = options.WarmUpSteps,
                    EmaDecay = options.EmaDecay,
                    Beta2 = 0.99,
                }
            ),
        ];
    }

    /// <inheritdoc/>
    public override double AudioSecondsPerBatch => _options.Batch * _network.Config.Audio.WindowSeconds;

    /// <summary>Of the audio tower; the text tower's are few beside them.</summary>
    public override double FlopsPerBatch => MultiplyAdds.TrainingFlops * _options.Batch * MultiplyAdds.AudioTower(_network.Config);

    /// <inheritdoc/>
    public override IReadOnlyList<TrainedSet> Sets { get; }

    /// <inheritdoc/>
    public override IBatchSource<CaptionedBatch> Batches { get; }

    /// <inheritdoc/>
    public override Tensor? Loss(TrainedSet set, CaptionedBatch batch, StepContext context, Figures figures)
    {
        _network.train();
        Tensor spectrogram;
        using (no_grad())
            spectrogram = _options.Augmentation.Apply(Spectrogram(batch), Silence, context.Random, context.Ranks.Share);
        // music is compared with the texts of all ranks; the text tower, small beside the other, hears them all on each
        var audio = context.Ranks.Gather(_network.AudioTower.forward(spectrogram));
        var text = _network.TextTower.Embed(batch.Texts, context.Random);
        using (no_grad())
        {
            figures.Show("found", Found(matmul(audio, text.transpose(0, 1))));
            figures.Show("temperature", _network.Temperature());
        }
        return ContrastiveLoss.Compute(audio, text, _network.Temperature(), SameText(batch.Texts));
    }

    /// <summary>Loss on fixed held-out batches, and the share of captions whose music is found first among a batch's.</summary>
    public override Figures Validate(long step, string folder)
    {
        _network.eval();
        double loss = 0,
            found = 0;
        for (int i = 0; i < ValidationBatches; i++)
        {
            using var scope = NewDisposeScope();
            var batch = _validation.Create(i);
            var (audio, text) = Embed(batch);
            loss += ContrastiveLoss.Compute(audio, text, _network.Temperature(), SameText(batch.Texts)).item<float>() / ValidationBatches;
            found += Found(matmul(audio, text.transpose(0, 1))).item<float>() / ValidationBatches;
        }
        return new() { ["loss"] = loss, ["found"] = found };
    }

    /// <summary>Unit vectors of a batch's music and texts, without augmentation.</summary>
    public (Tensor Audio, Tensor Text) Embed(CaptionedBatch batch) =>
        (_network.AudioTower.forward(Spectrogram(batch)), _network.TextTower.Embed(batch.Texts));

    private Tensor Spectrogram(CaptionedBatch batch) =>
        _network.AudioTower.Spectrogram(
            tensor(batch.Audio, [batch.Windows, batch.Audio.Length / batch.Windows], ScalarType.Float32, _device)
        );

    // share of texts (columns) whose own music (the diagonal) has the highest score
    private static Tensor Found(Tensor scores) =>
        (scores.argmax(0) == arange(scores.shape[1], ScalarType.Int64, scores.device)).to_type(ScalarType.Float32).mean();

    private Tensor SameText(string[] texts)
    {
        var same = new bool[texts.Length * texts.Length];
        for (int i = 0; i < texts.Length; i++)
        for (int j = 0; j < texts.Length; j++)
            same[i * texts.Length + j] = texts[i] == texts[j];
        return tensor(same, [texts.Length, texts.Length], ScalarType.Bool, _device);
    }
}
