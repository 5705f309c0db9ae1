using Melody.Diffusion;
using Melody.LanguageModel;
using Melody.Models;
using Melody.SemanticTokens;
using Melody.Weights;

namespace Melody.Tests.Reference;

/// <summary>A model with random weights whose denoiser hears styles, for tokens of these codebooks.</summary>
/// <param name="Books">The codebooks.</param>
/// <param name="Denoiser">Changes the denoiser's sizes.</param>
/// <param name="Tokenizer">Changes the tokenizer's sizes; null leaves them.</param>
/// <param name="Language">Changes the language model's sizes; null leaves them.</param>
internal sealed record StyledModel(
    IReadOnlyList<CodebookConfig> Books,
    Func<DenoiserConfig, DenoiserConfig> Denoiser,
    Func<SemanticTokenizerConfig, SemanticTokenizerConfig>? Tokenizer = null,
    Func<SemanticLanguageModelConfig, SemanticLanguageModelConfig>? Language = null
)
{
    /// <summary>Writes its folder.</summary>
    /// <param name="folder">Which.</param>
    /// <param name="fill">Sets what is not random of the denoiser.</param>
    public void Write(string folder, Action<DualPathDenoiser> fill)
    {
        int[] codebooks = [.. Books.Select(book => book.Codes)];
        var tokenizer = Parts.SemanticTokenizer.Config("test") with { Codebooks = Books };
        var language = Parts.SemanticLanguageModel.Config("test") with { Codebooks = codebooks, FrameFeedForward = 32 };
        var denoiser = Parts.Denoiser.Config("test") with { Codebooks = codebooks };
        denoiser = denoiser with { PromptWidth = denoiser.LatentChannels, StylePrompts = true };
        using var writer = ModelFolderWriter.Create(folder, "style", "test");
        writer.SetRandom(Parts.Autoencoder, Parts.Autoencoder.Config("test"));
        writer.SetRandom(Parts.JointEmbedding, Parts.JointEmbedding.Config("test"));
        writer.SetRandom(Parts.SemanticTokenizer, Tokenizer?.Invoke(tokenizer) ?? tokenizer);
        writer.SetRandom(Parts.SemanticLanguageModel, Language?.Invoke(language) ?? language);
        writer.SetRandom(Parts.Denoiser, Denoiser(denoiser), fill);
        writer.Commit();
    }
}
