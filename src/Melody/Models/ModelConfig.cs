using Melody.Autoencoder;
using Melody.Conditioning;
using Melody.Diffusion;
using Melody.LanguageModel;
using Melody.Presets;
using Melody.SemanticTokens;
using Melody.Weights;

namespace Melody.Models;

/// <summary>The sizes of a whole model, and what the parts have to agree on so that one understands the other.</summary>
internal sealed record ModelConfig
{
    /// <summary>Sound to latents and back.</summary>
    public required AutoencoderConfig Autoencoder { get; init; }

    /// <summary>Text or sound to prefix tokens.</summary>
    public required JointEmbeddingConfig JointEmbedding { get; init; }

    /// <summary>Sound to semantic tokens.</summary>
    public required SemanticTokenizerConfig SemanticTokenizer { get; init; }

    /// <summary>Prefix tokens to semantic tokens.</summary>
    public required SemanticLanguageModelConfig SemanticLanguageModel { get; init; }

    /// <summary>Semantic tokens to latents.</summary>
    public required DenoiserConfig Denoiser { get; init; }

    /// <summary>The sizes of a preset.</summary>
    /// <exception cref="MelodyException">There is no such preset.</exception>
    public static ModelConfig FromPreset(string preset) =>
        new ModelConfig
        {
            Autoencoder = PresetFile.Read<AutoencoderConfig>(preset, PartName.Autoencoder),
            JointEmbedding = PresetFile.Read<JointEmbeddingConfig>(preset, PartName.JointEmbedding),
            SemanticTokenizer = PresetFile.Read<SemanticTokenizerConfig>(preset, PartName.SemanticTokenizer),
            SemanticLanguageModel = PresetFile.Read<SemanticLanguageModelConfig>(preset, PartName.SemanticLanguageModel),
            Denoiser = PresetFile.Read<DenoiserConfig>(preset, PartName.Denoiser),
        }.Checked($"the preset '{preset}'");

    /// <summary>The sizes of the model in a folder.</summary>
    /// <exception cref="MelodyException">A part is missing, or its configuration does not fit the others.</exception>
    public static ModelConfig FromFolder(ModelFolder folder) =>
        new ModelConfig
        {
            Autoencoder = folder.Config<AutoencoderConfig>(PartName.Autoencoder),
            JointEmbedding = folder.Config<JointEmbeddingConfig>(PartName.JointEmbedding),
            SemanticTokenizer = folder.Config<SemanticTokenizerConfig>(PartName.SemanticTokenizer),
            SemanticLanguageModel = folder.Config<SemanticLanguageModelConfig>(PartName.SemanticLanguageModel),
            Denoiser = folder.Config<DenoiserConfig>(PartName.Denoiser),
        }.Checked($"the model in '{folder.Path}'");

    /// <summary>Samples in a latent frame.</summary>
    public int HopLength => Autoencoder.InverseStft?.HopLength ?? Autoencoder.HifiGan?.UpRates.Aggregate(1, (a, b) => a * b) ?? 0;

    /// <summary>This, when its parts agree with each other.</summary>
    /// <param name="where">Whose configuration it is, for the sentence.</param>
    /// <exception cref="MelodyException">Two parts disagree.</exception>
    public ModelConfig Checked(string where)
    {
        Agree("latent channels", PartName.Denoiser, Denoiser.LatentChannels, PartName.Autoencoder, Autoencoder.LatentChannels);
        Agree(
            "samples a second",
            PartName.Autoencoder,
            Autoencoder.SampleRate,
            $"{PartName.Denoiser} with the autoencoder's {HopLength} samples a frame",
            (long)Denoiser.LatentRate * HopLength
        );
        Agree("samples a second", PartName.JointEmbedding, JointEmbedding.Audio.SampleRate, PartName.Autoencoder, Autoencoder.SampleRate);
        Agree("samples a second", PartName.SemanticTokenizer, SemanticTokenizer.SampleRate, PartName.Autoencoder, Autoencoder.SampleRate);
        Agree(
            "samples a second",
            PartName.SemanticTokenizer,
            SemanticTokenizer.SampleRate,
            $"{PartName.Denoiser} with the tokenizer's {SemanticTokenizer.Hop} samples a token",
            (long)Denoiser.TokenRate * SemanticTokenizer.Hop
        );
        Agree("semantic tokens", PartName.SemanticTokenizer, SemanticTokenizer.Codes, PartName.Denoiser, Denoiser.TokenCount);
        Agree(
            "prefix tokens",
            PartName.SemanticLanguageModel,
            SemanticLanguageModel.PrefixLevels,
            PartName.JointEmbedding,
            JointEmbedding.Quantizer.Levels
        );
        Agree(
            "entries of a prefix token",
            PartName.SemanticLanguageModel,
            SemanticLanguageModel.PrefixCodes,
            PartName.JointEmbedding,
            JointEmbedding.Quantizer.Entries
        );
        Agree(
            "semantic tokens",
            PartName.SemanticLanguageModel,
            SemanticLanguageModel.SemanticCodes,
            PartName.Denoiser,
            Denoiser.TokenCount
        );
        if (Denoiser.PromptWidth > 0)
            Agree(
                "values in a prompt's vector",
                PartName.Denoiser,
                Denoiser.PromptWidth,
                PartName.JointEmbedding,
                JointEmbedding.EmbeddingWidth
            );
        return this;

        void Agree(string what, string first, long firstValue, string second, long secondValue)
        {
            if (firstValue != secondValue)
                throw new MelodyException(
                    $"The parts of {where} do not fit each other: the number of {what} is {firstValue} in the {first} and {secondValue} in the {second}."
                );
        }
    }
}
