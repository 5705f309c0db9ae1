using Melody.Nn;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Melody.Conditioning;

/// <summary>
/// MuLan (paper section 2.1; Huang et al., arXiv 2208.12415) and the quantizer behind it: text and music meet as unit
/// vectors in one space, and either becomes the same kind of prefix tokens for the semantic language model.
/// </summary>
internal sealed class JointEmbedding : Network
{
    /// <summary>Name of the quantizer's codebooks in a file of weights, [levels, entries, width].</summary>
    public const string CodebooksName = $"{QuantizerName}.{ResidualQuantizer.CodebooksName}";

    private const string QuantizerName = "quantizer";

    /// <summary>The lowest temperature that training can reach; below it the loss is unstable.</summary>
    public const double LowestTemperature = 0.01;

    private readonly Parameter _temperature;

    /// <param name="config">Sizes.</param>
    /// <param name="vocabulary">The words that the text tower knows; <see cref="Vocabulary.Empty"/> for an untrained model.</param>
    /// <param name="parameters">Where the parameters come from.</param>
    /// <exception cref="MelodyException">The vocabulary does not fit the configuration.</exception>
    public JointEmbedding(JointEmbeddingConfig config, Vocabulary vocabulary, ParameterFactory parameters)
        : base(nameof(JointEmbedding))
    {
        (Config, Vocabulary) = (config, vocabulary);
        AudioTower = new(config.Audio, config.EmbeddingWidth, parameters);
        TextTower = TextTower.Create(config.Text, config.EmbeddingWidth, vocabulary, parameters);
        Quantizer = new(config.Quantizer, config.EmbeddingWidth, parameters);
        double share = (config.InitialTemperature - LowestTemperature) / (1 - LowestTemperature);
        _temperature = parameters.Constant(Math.Log(share / (1 - share)), 1);
        Add("audio_tower", AudioTower);
        Add("text_tower", TextTower);
        Add(QuantizerName, Quantizer);
        Add("temperature", _temperature);
    }

    /// <summary>Sizes.</summary>
    public JointEmbeddingConfig Config { get; }

    /// <summary>The words that the text tower knows; saved beside the weights as <see cref="Vocabulary.FileName"/>.</summary>
    public Vocabulary Vocabulary { get; }

    /// <summary>The tower that listens.</summary>
    public AudioTower AudioTower { get; }

    /// <summary>The tower that reads.</summary>
    public TextTower TextTower { get; }

    /// <summary>Unit vectors -> prefix tokens.</summary>
    public ResidualQuantizer Quantizer { get; }

    /// <summary>Temperature of the contrastive loss, [1], in (0.01, 1): 0.01 + 0.99 sigmoid(parameter).</summary>
    public Tensor Temperature() => _temperature.to_type(ScalarType.Float32).sigmoid() * (1 - LowestTemperature) + LowestTemperature;

    /// <summary>
    /// Audio [batch, samples] of any length -> unit vectors [batch, embedding width]; see <see cref="AudioTower.Embed"/>.
    /// </summary>
    /// <exception cref="MelodyException">The audio is empty.</exception>
    public Tensor EmbedAudio(Tensor audio, CancellationToken cancellation = default) => AudioTower.Embed(audio, cancellation: cancellation);

    /// <summary>Texts -> unit vectors [batch, embedding width].</summary>
    public Tensor EmbedText(IReadOnlyList<string> texts) => TextTower.Embed(texts);

    /// <summary>Audio [batch, samples] -> prefix tokens int64 [batch, levels].</summary>
    /// <exception cref="MelodyException">The audio is empty.</exception>
    public Tensor TokensForAudio(Tensor audio, CancellationToken cancellation = default) => Tokens(() => EmbedAudio(audio, cancellation));

    /// <summary>Texts -> prefix tokens int64 [batch, levels].</summary>
    public Tensor TokensForText(IReadOnlyList<string> texts) => Tokens(() => EmbedText(texts));

    private Tensor Tokens(Func<Tensor> embed)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        return Quantizer.Encode(embed()).MoveToOuterDisposeScope();
    }
}
