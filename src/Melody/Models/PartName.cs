namespace Melody.Models;

/// <summary>The parts of a model as model folders, presets and the tool call them.</summary>
internal static class PartName
{
    public const string SemanticLanguageModel = "semantic-lm",
        SemanticTokenizer = "semantic-tokenizer",
        JointEmbedding = "joint-embedding",
        Denoiser = "denoiser",
        Autoencoder = "autoencoder",
        MagnitudeAutoencoder = "magnitude-autoencoder";
}
