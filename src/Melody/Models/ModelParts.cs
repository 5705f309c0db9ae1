using Melody.Autoencoder;
using Melody.Conditioning;
using Melody.Diffusion;
using Melody.LanguageModel;
using Melody.Nn;
using Melody.SemanticTokens;
using Melody.Steering;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Models;

/// <summary>The networks of a model, made from its sizes.</summary>
internal sealed class ModelParts : IDisposable
{
    private readonly Lazy<FactGuidance?> _facts;
    private readonly Lazy<TokenRecall?> _recall;
    private readonly Part _codec;
    private readonly IReadOnlyList<Part> _parts;
    private readonly Dictionary<Part, nn.Module> _networks = [];

    /// <param name="config">Sizes.</param>
    /// <param name="parameters">Where the parameters come from.</param>
    /// <param name="folder">The model whose files beside the weights the networks use; null where there are none.</param>
    /// <exception cref="MelodyException">A file in the folder is missing, changed or unusable.</exception>
    public ModelParts(ModelConfig config, ParameterFactory parameters, ModelFolder? folder = null)
    {
        (_codec, _parts) = (config.CodecPart, Parts.OfModel(config.CodecPart));
        // random values are drawn in this order: the same seed is the same model
        foreach (var part in _parts.Prepend(_codec).Distinct())
            _networks[part] = part.Create(config.Of(part), folder is null ? null : part.Assets(folder), parameters);
        foreach (var (_, module) in All)
            module.eval();
        _facts = new(() => FactGuidance.Of(SemanticTokenizer));
        _recall = new(() => config.SemanticLanguageModel.UnwrittenCodebooks.Count == 0 ? null : TokenRecall.Of(SemanticTokenizer));
    }

    /// <summary>Writes semantic tokens, steered by what they tell where the tokenizer knows; made when the weights are there.</summary>
    public SemanticSampler Sampler => new(SemanticLanguageModel, _facts.Value);

    /// <summary>Recalls the tokens that the language model does not write; null where it writes all.</summary>
    public TokenRecall? Recall => _recall.Value;

    /// <summary>What the denoiser hears of prefix tokens, [1, width]; null for none, or where it hears tokens only.</summary>
    public Tensor? PromptOf(IReadOnlyList<long> prefix) => !Denoiser.Config.HearsEmbedding || prefix.Count == 0 ? null : VectorOf(prefix);

    /// <summary>The point of the joint embedding that prefix tokens name, [1, width].</summary>
    public Tensor VectorOf(IReadOnlyList<long> prefix) =>
        JointEmbedding.Quantizer.Decode(tensor([.. prefix], [1, prefix.Count], device: JointEmbedding.Quantizer.Codebooks.device));

    /// <summary>Sound to latents and back.</summary>
    public ISoundCodec Codec => LoadedCodec.Of(_networks[_codec]);

    /// <summary>The same, in pieces of another length.</summary>
    /// <param name="decodedSeconds">Seconds that are decoded at a time: a stream waits for these.</param>
    public ISoundCodec CodecOf(double decodedSeconds) => LoadedCodec.Of(_networks[_codec], decodedSeconds);

    /// <summary>The waveform autoencoder, where the model has one.</summary>
    public AudioAutoencoder Autoencoder => Of(Parts.Autoencoder);

    /// <summary>Text or sound to prefix tokens.</summary>
    public JointEmbedding JointEmbedding => Of(Parts.JointEmbedding);

    /// <summary>Sound to semantic tokens.</summary>
    public SemanticTokenizer SemanticTokenizer => Of(Parts.SemanticTokenizer);

    /// <summary>Prefix tokens to semantic tokens.</summary>
    public SemanticLanguageModel SemanticLanguageModel => Of(Parts.SemanticLanguageModel);

    /// <summary>Semantic tokens to latents.</summary>
    public DualPathDenoiser Denoiser => Of(Parts.Denoiser);

    /// <summary>The networks, in the order in which a prompt meets them.</summary>
    public IEnumerable<(Part Part, nn.Module Module)> All => _parts.Select(part => (part, _networks[part]));

    /// <summary>The network of a part.</summary>
    public TModule Of<TConfig, TModule>(Part<TConfig, TModule> part)
        where TConfig : notnull
        where TModule : nn.Module => (TModule)_networks[part];

    /// <summary>Takes over the values of networks of the same sizes, perhaps on another device or in another type.</summary>
    public void CopyFrom(ModelParts source)
    {
        foreach (var (part, module) in All)
            StateDictionary.Copy(source._networks[part], module);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, module) in All)
            module.Dispose();
        if (_recall.IsValueCreated)
            _recall.Value?.Dispose();
    }
}
