using Melody.Autoencoder;
using Melody.Conditioning;
using Melody.Diffusion;
using Melody.LanguageModel;
using Melody.Nn;
using Melody.SemanticTokens;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Models;

/// <summary>How many trained numbers networks have, from networks without storage.</summary>
internal static class PartSizes
{
    /// <summary>All parts, in a fixed order, the two halves of the autoencoder apart.</summary>
    public static IReadOnlyList<PartSize> Of(ModelConfig config) =>
        [
            .. Of(config.SemanticLanguageModel),
            .. Of(config.SemanticTokenizer),
            .. Of(config.JointEmbedding),
            .. Of(config.Denoiser),
            .. Of(config.Autoencoder),
        ];

    /// <summary>One part of a model folder, which may lack others; none when the part is not known.</summary>
    /// <exception cref="MelodyException">The part's configuration is unusable.</exception>
    public static IReadOnlyList<PartSize> Of(ModelFolder folder, string part) =>
        part switch
        {
            PartName.SemanticLanguageModel => Of(folder.Config<SemanticLanguageModelConfig>(part)),
            PartName.SemanticTokenizer => Of(folder.Config<SemanticTokenizerConfig>(part)),
            PartName.JointEmbedding => Of(folder.Config<JointEmbeddingConfig>(part)),
            PartName.Denoiser => Of(folder.Config<DenoiserConfig>(part)),
            PartName.Autoencoder => Of(folder.Config<AutoencoderConfig>(part)),
            _ => [],
        };

    private static IReadOnlyList<PartSize> Of(SemanticLanguageModelConfig config) =>
        Count(parameters => new SemanticLanguageModel(config, parameters), network => [new(PartName.SemanticLanguageModel, Sum(network))]);

    private static IReadOnlyList<PartSize> Of(SemanticTokenizerConfig config) =>
        Count(parameters => new SemanticTokenizer(config, parameters), network => [new(PartName.SemanticTokenizer, Sum(network))]);

    private static IReadOnlyList<PartSize> Of(JointEmbeddingConfig config) =>
        Count(
            parameters => new JointEmbedding(config, Vocabulary.Empty, parameters),
            network => [new(PartName.JointEmbedding, Sum(network))]
        );

    private static IReadOnlyList<PartSize> Of(DenoiserConfig config) =>
        Count(parameters => new DualPathDenoiser(config, parameters), network => [new(PartName.Denoiser, Sum(network))]);

    private static IReadOnlyList<PartSize> Of(AutoencoderConfig config) =>
        Count(
            parameters => AudioAutoencoder.Create(config, parameters),
            network =>
                [new($"{PartName.Autoencoder}-encoder", Sum(network.Encoder)), new($"{PartName.Autoencoder}-decoder", Sum(network.Decoder))]
        );

    private static IReadOnlyList<PartSize> Count<T>(Func<ParameterFactory, T> make, Func<T, IReadOnlyList<PartSize>> sizes)
        where T : nn.Module
    {
        using var parameters = ParameterFactory.Meta();
        using var network = make(parameters);
        return sizes(network);
    }

    private static long Sum(nn.Module network) => network.parameters().Sum(p => p.numel());
}
