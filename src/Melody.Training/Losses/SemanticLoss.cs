using Melody.SemanticTokens;
using Melody.Training.Ranks;
using TorchSharp;
using static TorchSharp.torch;

namespace Melody.Training.Losses;

/// <summary>
/// How differently a finished semantic tokenizer hears two sounds: what its layers make of them, as feature matching
/// compares a discriminator's layers (a perceptual loss; Johnson et al., arXiv 1603.08155). The tokenizer has learned
/// from scores which notes and instruments sound, so this asks for what makes an instrument recognisable.
/// </summary>
internal sealed class SemanticLoss
{
    private readonly SemanticTokenizer _tokenizer;

    /// <param name="tokenizer">Stays as it is.</param>
    public SemanticLoss(SemanticTokenizer tokenizer)
    {
        foreach (var parameter in tokenizer.parameters())
            parameter.requires_grad_(false);
        _tokenizer = tokenizer;
    }

    /// <summary>
    /// Mean over the layers up to the tapped one of the mean absolute difference of activations over their mean deviation,
    /// a float32 scalar, of audio [batch, samples] and its target; 0 for equal sounds, about 1.4 for unrelated ones.
    /// </summary>
    public Tensor Compare(Tensor audio, Tensor target)
    {
        IReadOnlyList<Tensor> aimed;
        using (no_grad())
            aimed = Layers(target);
        return Layers(audio).Zip(aimed, Distance).Aggregate((a, b) => a + b) / aimed.Count;
    }

    private IReadOnlyList<Tensor> Layers(Tensor audio) =>
        _tokenizer.Trunk.HiddenStates(_tokenizer.Trunk.Features(audio), layers: _tokenizer.Config.TapLayer);

    private static Tensor Distance(Tensor heard, Tensor aimed)
    {
        var reference = aimed.to_type(ScalarType.Float32);
        var ranks = RankGroup.Current;
        var spread = ranks.Mean((reference - ranks.Mean(reference.mean([0, 1], keepdim: true))).abs().mean());
        return (heard.to_type(ScalarType.Float32) - reference).abs().mean() / (spread + 1e-6);
    }
}
