using System.Text;
using Melody.Autoencoder;
using Melody.Autoencoder.Magnitude;
using Melody.Conditioning;
using Melody.Diffusion;
using Melody.LanguageModel;
using Melody.SemanticTokens;
using Melody.Weights;

namespace Melody.Models;

/// <summary>
/// Every part that a model can have, each described once: model folders, presets, <c>info</c>, loading, training and benchmarks
/// go by these. How a part is trained stands in <c>Melody.Training</c>, one recipe a stage, because models do not know of training.
/// </summary>
internal static class Parts
{
    /// <summary>Text or sound to prefix tokens.</summary>
    public static Part<JointEmbeddingConfig, JointEmbedding> JointEmbedding { get; } =
        new("joint-embedding", (config, asset, parameters) =>
            new(config, asset is null ? Vocabulary.Empty : ReadVocabulary(asset), parameters)
        )
        {
            ReadAssets = network => new Dictionary<string, byte[]>
            {
                [Vocabulary.FileName] = Encoding.UTF8.GetBytes(network.Vocabulary.ToText()),
            },
        };

    /// <summary>Sound to semantic tokens.</summary>
    public static Part<SemanticTokenizerConfig, SemanticTokenizer> SemanticTokenizer { get; } =
        new("semantic-tokenizer", (config, _, parameters) => new(config, parameters))
        {
            EncodedBy = config => config.ScoreTokens ? weight => !SemanticTokens.SemanticTokenizer.IsTrained(weight) : null,
        };

    /// <summary>Prefix tokens to semantic tokens.</summary>
    public static Part<SemanticLanguageModelConfig, SemanticLanguageModel> SemanticLanguageModel { get; } =
        new("semantic-lm", (config, _, parameters) => new(config, parameters));

    /// <summary>Semantic tokens to latents.</summary>
    public static Part<DenoiserConfig, DualPathDenoiser> Denoiser { get; } =
        new("denoiser", (config, _, parameters) => new(config, parameters));

    /// <summary>Sound to latents and back.</summary>
    public static Part<AutoencoderConfig, AudioAutoencoder> Autoencoder { get; } =
        new("autoencoder", (config, _, parameters) => AudioAutoencoder.Create(config, parameters))
        {
            EncodedBy = _ => weight => weight.StartsWith(AudioAutoencoder.EncoderName + ".", StringComparison.Ordinal),
            Counted = network => [("-encoder", network.Encoder), ("-decoder", network.Decoder)],
        };

    /// <summary>Stereo sound at 48 kHz to latents without phase and back; it takes the place of the autoencoder.</summary>
    public static Part<MagnitudeAutoencoderConfig, MagnitudeAutoencoder> MagnitudeAutoencoder { get; } =
        new("magnitude-autoencoder", (config, _, parameters) => new(config, parameters))
        {
            EncodedBy = _ => weight => weight.StartsWith("encoder.", StringComparison.Ordinal),
        };

    /// <summary>Every part.</summary>
    public static IReadOnlyList<Part> All { get; } = [.. OfModel(Autoencoder), MagnitudeAutoencoder];

    /// <summary>The parts of a model that makes music, in the order in which a prompt meets them.</summary>
    /// <param name="codec">Its autoencoder: either kind.</param>
    public static IReadOnlyList<Part> OfModel(Part codec) => [JointEmbedding, SemanticTokenizer, SemanticLanguageModel, Denoiser, codec];

    /// <summary>The part of a name; null where there is none.</summary>
    public static Part? Find(string name) => All.FirstOrDefault(part => part.Name == name);

    /// <summary>The vocabulary in a model folder.</summary>
    /// <exception cref="MelodyException">It is missing, changed or unusable.</exception>
    public static Vocabulary ReadVocabulary(ModelFolder folder) => ReadVocabulary(JointEmbedding.Assets(folder));

    private static Vocabulary ReadVocabulary(Func<string, byte[]> asset) =>
        Vocabulary.Parse(new UTF8Encoding(false).GetString(asset(Vocabulary.FileName)));
}
