using Melody.Foundation;
using Melody.Nn;
using Melody.SemanticTokens;
using Melody.Training.Ranks;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Training.SelfSupervised;

/// <summary>The constants of <see cref="Wav2Vec2Objective"/>; the defaults are wav2vec 2.0's.</summary>
internal sealed record Wav2Vec2ObjectiveOptions
{
    /// <summary>Codebooks of the quantizer.</summary>
    [Size(1, 64)]
    public int Codebooks { get; init; } = 2;

    /// <summary>Entries of each codebook.</summary>
    [Size(2, 65536)]
    public int Entries { get; init; } = 320;

    /// <summary>Width of quantized vectors and predictions.</summary>
    [Size(1, 16384)]
    public int Width { get; init; } = 256;

    /// <summary>Negatives for each masked frame.</summary>
    [Size(1, 10000)]
    public int Negatives { get; init; } = 100;

    /// <summary>Temperature of the contrastive softmax.</summary>
    [Size(1e-4, 100)]
    public double Temperature { get; init; } = 0.1;

    /// <summary>Weight of the diversity loss.</summary>
    [Size(0, 1e6)]
    public double DiversityWeight { get; init; } = 0.1;

    /// <summary>See <see cref="TimeMask"/>.</summary>
    [Size(0, 0.99)]
    public double MaskShare { get; init; } = 0.65;

    /// <summary>Frames of a masked span.</summary>
    [Size(1, 1e4)]
    public int MaskSpan { get; init; } = 10;

    /// <summary>Gumbel temperature: the first, the last, and the factor a step.</summary>
    [Size(1e-4, 100)]
    public double GumbelStart { get; init; } = 2;

    /// <summary>The lowest Gumbel temperature.</summary>
    [Size(1e-4, 100)]
    public double GumbelEnd { get; init; } = 0.5;

    /// <summary>Factor on the Gumbel temperature at each step.</summary>
    [Size(0, 1)]
    public double GumbelDecay { get; init; } = 0.999995;

    /// <summary>The Gumbel temperature of a step.</summary>
    public double GumbelTemperature(long step) => Math.Max(GumbelEnd, GumbelStart * Math.Pow(GumbelDecay, step));
}

/// <summary>What a pass gives, as tensors on the device.</summary>
/// <param name="Loss">Contrastive loss + weight * diversity loss.</param>
/// <param name="Contrastive">Mean over the masked frames, nats.</param>
/// <param name="Diversity">(entries - perplexity) / entries.</param>
/// <param name="Perplexity">Of the quantizer's choices, summed over codebooks.</param>
/// <param name="Accuracy">Share of masked frames whose true vector scores highest.</param>
/// <param name="HiddenStates">Of the trunk, for further heads.</param>
internal sealed record Wav2Vec2Losses(
    Tensor Loss,
    Tensor Contrastive,
    Tensor Diversity,
    Tensor Perplexity,
    Tensor Accuracy,
    IReadOnlyList<Tensor> HiddenStates
);

/// <summary>
/// The wav2vec 2.0 objective over a <see cref="Wav2Vec2Conformer"/>: features of masked frames are hidden from the blocks,
/// which have to tell the quantized features of each masked frame from those of other masked frames. This module owns the
/// quantizer and both projections, not the trunk.
/// </summary>
internal sealed class Wav2Vec2Objective : Network
{
    private readonly GumbelQuantizer _quantizer;
    private readonly Linear _projectContext,
        _projectTarget;

    public Wav2Vec2Objective(Wav2Vec2Conformer trunk, Wav2Vec2ObjectiveOptions options, ParameterFactory parameters)
        : base(nameof(Wav2Vec2Objective))
    {
        Options = options;
        _quantizer = new(trunk.FeatureWidth, options.Width, parameters, options.Codebooks, options.Entries);
        _projectContext = new(trunk.Config.Width, options.Width, bias: true, parameters);
        _projectTarget = new(options.Width, options.Width, bias: true, parameters);
        Add("quantizer", _quantizer);
        Add("project_context", _projectContext);
        Add("project_target", _projectTarget);
    }

    /// <summary>The constants.</summary>
    public Wav2Vec2ObjectiveOptions Options { get; }

    /// <param name="trunk">The network.</param>
    /// <param name="audio">[batch, samples].</param>
    /// <param name="step">Training step, which sets the Gumbel temperature.</param>
    /// <param name="random">Of the mask and the negatives: one stream a step.</param>
    /// <param name="ranks">Who computes the other rows of the batch.</param>
    public Wav2Vec2Losses Compute(Wav2Vec2Conformer trunk, Tensor audio, long step, CounterRandom random, RankGroup ranks)
    {
        var features = trunk.Features(audio);
        int batch = (int)features.shape[0],
            frames = (int)features.shape[1];
        // for the whole batch, as its rows have equally many masked frames
        var drawn = TimeMask.Draw(batch * ranks.Size, frames, random, Options.MaskShare, Options.MaskSpan);
        int masked = drawn.GetLength(1);
        var maskedFrames = tensor(drawn, device: features.device).narrow(0, (long)ranks.Rank * batch, batch);
        var mask = zeros(batch, frames, ScalarType.Bool, features.device)
            .scatter(1, maskedFrames, ones_like(maskedFrames, ScalarType.Bool));
        var states = trunk.HiddenStates(features, mask);
        var quantization = _quantizer.forward(features, mask, Options.GumbelTemperature(step), ranks);
        Tensor AtMasked(Tensor x) => x.gather(1, maskedFrames.unsqueeze(-1).expand(-1, -1, x.shape[2]));
        var contexts = _projectContext.forward(AtMasked(trunk.Output(states)));
        var targets = _projectTarget.forward(AtMasked(quantization.Vectors));
        var negatives = tensor(
                TimeMask.Negatives(batch * ranks.Size, masked, Options.Negatives, random.Fork(random.Stream ^ 1UL << 63)),
                device: features.device
            )
            .narrow(0, (long)ranks.Rank * batch, batch);
        var (contrastive, accuracy) = MaskedContrastiveLoss.Compute(contexts, targets, negatives, Options.Temperature);
        double entries = _quantizer.EntryCount;
        var diversity = (entries - quantization.Perplexity) / entries;
        return new(contrastive + diversity * Options.DiversityWeight, contrastive, diversity, quantization.Perplexity, accuracy, states);
    }
}
