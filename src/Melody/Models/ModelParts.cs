using System.Text;
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

    /// <param name="config">Sizes.</param>
    /// <param name="vocabulary">The words that the joint embedding knows.</param>
    /// <param name="parameters">Where the parameters come from.</param>
    public ModelParts(ModelConfig config, Vocabulary vocabulary, ParameterFactory parameters)
    {
        Autoencoder = AudioAutoencoder.Create(config.Autoencoder, parameters);
        JointEmbedding = new(config.JointEmbedding, vocabulary, parameters);
        SemanticTokenizer = new(config.SemanticTokenizer, parameters);
        SemanticLanguageModel = new(config.SemanticLanguageModel, parameters);
        Denoiser = new(config.Denoiser, parameters);
        foreach (var (_, _, module) in All)
            module.eval();
        _facts = new(() => FactGuidance.Of(SemanticTokenizer));
    }

    /// <summary>Writes semantic tokens, steered by what they tell where the tokenizer knows; made when the weights are there.</summary>
    public SemanticSampler Sampler => new(SemanticLanguageModel, _facts.Value);

    /// <summary>What the denoiser hears of prefix tokens, [1, width]; null for none, or where it hears tokens only.</summary>
    public Tensor? PromptOf(IReadOnlyList<long> prefix) => Denoiser.Config.PromptWidth == 0 || prefix.Count == 0 ? null : VectorOf(prefix);

    /// <summary>The point of the joint embedding that prefix tokens name, [1, width].</summary>
    public Tensor VectorOf(IReadOnlyList<long> prefix) =>
        JointEmbedding.Quantizer.Decode(tensor([.. prefix], [1, prefix.Count], device: JointEmbedding.Quantizer.Codebooks.device));

    /// <summary>Sound to latents and back.</summary>
    public AudioAutoencoder Autoencoder { get; }

    /// <summary>Text or sound to prefix tokens.</summary>
    public JointEmbedding JointEmbedding { get; }

    /// <summary>Sound to semantic tokens.</summary>
    public SemanticTokenizer SemanticTokenizer { get; }

    /// <summary>Prefix tokens to semantic tokens.</summary>
    public SemanticLanguageModel SemanticLanguageModel { get; }

    /// <summary>Semantic tokens to latents.</summary>
    public DualPathDenoiser Denoiser { get; }

    /// <summary>The networks with their names and configurations, in the order in which a prompt meets them.</summary>
    public IEnumerable<(string Name, object Config, nn.Module Module)> All =>
        [
            (PartName.JointEmbedding, JointEmbedding.Config, JointEmbedding),
            (PartName.SemanticTokenizer, SemanticTokenizer.Config, SemanticTokenizer),
            (PartName.SemanticLanguageModel, SemanticLanguageModel.Config, SemanticLanguageModel),
            (PartName.Denoiser, Denoiser.Config, Denoiser),
            (PartName.Autoencoder, Autoencoder.Config, Autoencoder),
        ];

    /// <summary>Files that a part needs beside its weights, by name.</summary>
    public IReadOnlyDictionary<string, byte[]> AssetsOf(string part) =>
        part == PartName.JointEmbedding
            ? new Dictionary<string, byte[]> { [Vocabulary.FileName] = Encoding.UTF8.GetBytes(JointEmbedding.Vocabulary.ToText()) }
            : new Dictionary<string, byte[]>();

    /// <summary>The vocabulary in a model folder.</summary>
    /// <exception cref="MelodyException">It is missing, changed or unusable.</exception>
    public static Vocabulary ReadVocabulary(ModelFolder folder) =>
        Vocabulary.Parse(new UTF8Encoding(false).GetString(folder.ReadAsset(PartName.JointEmbedding, Vocabulary.FileName)));

    /// <summary>Takes over the values of networks of the same sizes, perhaps on another device or in another type.</summary>
    public void CopyFrom(ModelParts source)
    {
        using var _ = no_grad();
        foreach (var (ours, theirs) in All.Zip(source.All))
        {
            var values = StateDictionary.Of(theirs.Module);
            foreach (var (name, value) in StateDictionary.Of(ours.Module))
                value.copy_(values[name]);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, _, module) in All)
            module.Dispose();
    }
}
