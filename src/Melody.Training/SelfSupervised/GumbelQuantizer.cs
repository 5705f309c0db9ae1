using Melody.Nn;
using Melody.Training.Ranks;
using TorchSharp;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Melody.Training.SelfSupervised;

/// <summary>What <see cref="GumbelQuantizer"/> gives.</summary>
/// <param name="Vectors">float32 [batch, frames, width].</param>
/// <param name="Perplexity">
/// exp(entropy) of the mean choice, summed over the codebooks: between their number and the number of all entries.
/// </param>
internal sealed record GumbelQuantization(Tensor Vectors, Tensor Perplexity);

/// <summary>
/// Product quantizer with the Gumbel softmax (Jang et al., 2016; wav2vec 2.0, Baevski et al., 2020, section 2): each of
/// two codebooks of 320 entries gives one entry, and the entries stand side by side. Training draws the entry and lets
/// gradients through its softmax; otherwise the likeliest is taken.
/// </summary>
internal sealed class GumbelQuantizer : Network
{
    private readonly Linear _scores;
    private readonly Parameter _entries;
    private readonly long _codebooks,
        _size;

    /// <param name="inputs">Width of the features.</param>
    /// <param name="width">Of the quantized vectors.</param>
    /// <param name="parameters">Where the parameters come from.</param>
    /// <param name="codebooks">Independent choices.</param>
    /// <param name="size">Entries of each codebook.</param>
    public GumbelQuantizer(long inputs, long width, ParameterFactory parameters, long codebooks = 2, long size = 320)
        : base(nameof(GumbelQuantizer))
    {
        (_codebooks, _size) = (codebooks, size);
        // scores far apart, so that at first the features and not the noise choose the entries
        _scores = new(inputs, codebooks * size, bias: true, parameters, standardDeviation: 1);
        _entries = parameters.Uniform(1, codebooks, size, width / codebooks);
        Add("scores", _scores);
        Add("entries", _entries);
    }

    /// <summary>Entries of all codebooks together.</summary>
    public long EntryCount => _codebooks * _size;

    /// <param name="features">[batch, frames, inputs].</param>
    /// <param name="counted">Frames that <see cref="GumbelQuantization.Perplexity"/> counts, bool [batch, frames].</param>
    /// <param name="temperature">Of the Gumbel softmax.</param>
    /// <param name="ranks">Who computes the other rows of the batch.</param>
    public GumbelQuantization forward(Tensor features, Tensor counted, double temperature, RankGroup ranks)
    {
        long[] shape = [features.shape[0], features.shape[1], _codebooks, _size];
        return Quantize(
            features,
            counted,
            temperature,
            training ? ranks.Uniform(empty(shape, ScalarType.Float32, features.device)) : null,
            ranks
        );
    }

    /// <param name="features">[batch, frames, inputs].</param>
    /// <param name="counted">bool [batch, frames].</param>
    /// <param name="temperature">Of the Gumbel softmax.</param>
    /// <param name="uniform">Numbers in [0, 1) to draw with, [batch, frames, codebooks, size]; null takes the likeliest.</param>
    /// <param name="ranks">Who computes the other rows of the batch, which have as many counted frames.</param>
    public GumbelQuantization Quantize(Tensor features, Tensor counted, double temperature, Tensor? uniform, RankGroup ranks)
    {
        var scores = _scores.forward(features).to_type(ScalarType.Float32).view(features.shape[0], features.shape[1], _codebooks, _size);
        Tensor choice,
            mean;
        if (uniform is null)
        {
            choice = OneHot(scores);
            mean = choice[counted].mean([0]);
        }
        else
        {
            var gumbel = -(-(uniform.clamp(1e-10, 1 - 1e-7)).log()).log();
            var soft = softmax((scores + gumbel) / temperature, -1);
            // the value of the drawn entry, the gradient of the softmax
            choice = OneHot(soft) - soft.detach() + soft;
            mean = softmax(scores, -1)[counted].mean([0]);
        }
        mean = ranks.Mean(mean);
        var vectors = matmul(choice.unsqueeze(-2), _entries.to_type(ScalarType.Float32)).squeeze(-2).flatten(2);
        var perplexity = (-(mean * (mean + 1e-7).log()).sum(-1)).exp().sum();
        return new(vectors, perplexity);
    }

    private static Tensor OneHot(Tensor scores)
    {
        var index = scores.detach().argmax(-1, keepdim: true);
        return zeros_like(scores).scatter(-1, index, ones_like(index, ScalarType.Float32));
    }
}
