using System.Collections.Immutable;
using Melody.Autoencoder;
using Melody.Conditioning;
using Melody.Diffusion;
using Melody.LanguageModel;
using Melody.Nn;
using Melody.SemanticTokens;
using Melody.Steering;
using Melody.Weights;

namespace Melody.Models;

/// <summary>The sizes of a whole model, and what the parts have to agree on so that one understands the other.</summary>
internal sealed record ModelConfig
{
    private readonly ImmutableDictionary<Part, object> _configs;

    private ModelConfig(Part codec, IEnumerable<Part> parts, Func<Part, object> read) =>
        (CodecPart, _configs) = (codec, parts.ToImmutableDictionary(part => part, read));

    private ModelConfig(Part codec, Func<Part, object> read)
        : this(codec, Parts.OfModel(codec), read) { }

    /// <summary>Which autoencoder it has.</summary>
    public Part CodecPart { get; }

    /// <summary>Sound to latents and back, of either kind.</summary>
    public ISoundSizes Codec => (ISoundSizes)Of(CodecPart);

    /// <summary>Sound to latents and back, where that is the waveform autoencoder.</summary>
    public AutoencoderConfig Autoencoder
    {
        get => Of(Parts.Autoencoder);
        init => _configs = _configs.SetItem(Parts.Autoencoder, value);
    }

    /// <summary>Text or sound to prefix tokens.</summary>
    public JointEmbeddingConfig JointEmbedding
    {
        get => Of(Parts.JointEmbedding);
        init => _configs = _configs.SetItem(Parts.JointEmbedding, value);
    }

    /// <summary>Sound to semantic tokens.</summary>
    public SemanticTokenizerConfig SemanticTokenizer
    {
        get => Of(Parts.SemanticTokenizer);
        init => _configs = _configs.SetItem(Parts.SemanticTokenizer, value);
    }

    /// <summary>Prefix tokens to semantic tokens.</summary>
    public SemanticLanguageModelConfig SemanticLanguageModel
    {
        get => Of(Parts.SemanticLanguageModel);
        init => _configs = _configs.SetItem(Parts.SemanticLanguageModel, value);
    }

    /// <summary>Semantic tokens to latents.</summary>
    public DenoiserConfig Denoiser
    {
        get => Of(Parts.Denoiser);
        init => _configs = _configs.SetItem(Parts.Denoiser, value);
    }

    /// <summary>The sizes of a preset.</summary>
    /// <exception cref="MelodyException">The preset does not exist.</exception>
    public static ModelConfig FromPreset(string preset) =>
        new ModelConfig(LoadedCodec.PartOf(preset), part => part.FromPreset(preset)).Checked($"the preset '{preset}'");

    /// <summary>The sizes of the model in a folder.</summary>
    /// <exception cref="MelodyException">A part is missing, or its configuration does not fit the others.</exception>
    public static ModelConfig FromFolder(ModelFolder folder) =>
        new ModelConfig(LoadedCodec.PartOf(folder), part => part.FromFolder(folder)).Checked($"the model in '{folder.Path}'");

    /// <summary>Refuses a configuration of a part that does not fit the parts of a folder which its network hears or answers.</summary>
    /// <param name="folder">The model.</param>
    /// <param name="others">These parts, as far as the model has them.</param>
    /// <param name="part">The part that is going to be trained.</param>
    /// <param name="config">Its configuration.</param>
    /// <param name="where">Whose configurations they are, for the sentence.</param>
    /// <exception cref="MelodyException">It does not fit one of them.</exception>
    public static void RequireFit(ModelFolder folder, IEnumerable<Part> others, Part part, object config, string where)
    {
        var there = others.Where(other => folder.Manifest.Parts.ContainsKey(other.Name));
        var together = new ModelConfig(LoadedCodec.PartOf(folder), there.Append(part), known =>
            known == part ? config : known.FromFolder(folder)
        );
        together.Checked(where);
    }

    /// <summary>The configuration of a part.</summary>
    public object Of(Part part) => _configs[part];

    /// <inheritdoc cref="Of(Part)"/>
    public TConfig Of<TConfig, TModule>(Part<TConfig, TModule> part)
        where TConfig : notnull
        where TModule : TorchSharp.torch.nn.Module => (TConfig)_configs[part];

    /// <summary>How many trained numbers the networks have, part by part.</summary>
    public IReadOnlyList<PartSize> Sizes() => [.. Parts.OfModel(CodecPart).SelectMany(part => part.Sizes(Of(part)))];

    /// <summary>This, when its parts agree with each other.</summary>
    /// <param name="where">Whose configuration it is, for the sentence.</param>
    /// <exception cref="MelodyException">Two parts disagree.</exception>
    public ModelConfig Checked(string where)
    {
        if (Have(Parts.Denoiser, CodecPart))
        {
            Agree("latent channels", Parts.Denoiser, Denoiser.LatentChannels, CodecPart, Codec.LatentChannels);
            Agree(
                "samples a second",
                CodecPart,
                Codec.SampleRate,
                $"{Parts.Denoiser} with the autoencoder's {Codec.LatentHop} samples a frame",
                (long)Denoiser.LatentRate * Codec.LatentHop
            );
        }
        if (Have(Parts.Denoiser, Parts.SemanticTokenizer))
        {
            Agree(
                "samples a second",
                Parts.SemanticTokenizer,
                SemanticTokenizer.SampleRate,
                $"{Parts.Denoiser} with the tokenizer's {SemanticTokenizer.Hop} samples a token",
                (long)Denoiser.TokenRate * SemanticTokenizer.Hop
            );
            AgreeOnTokens(Parts.SemanticTokenizer, SemanticTokenizer.Sizes(), Parts.Denoiser, Denoiser.Sizes());
        }
        if (Have(Parts.SemanticLanguageModel, Parts.Denoiser))
            AgreeOnTokens(Parts.SemanticLanguageModel, SemanticLanguageModel.Sizes(), Parts.Denoiser, Denoiser.Sizes());
        if (Have(Parts.SemanticLanguageModel, Parts.SemanticTokenizer))
            AgreeOnTokens(Parts.SemanticLanguageModel, SemanticLanguageModel.Sizes(), Parts.SemanticTokenizer, SemanticTokenizer.Sizes());
        if (Have(Parts.SemanticLanguageModel, Parts.SemanticTokenizer) && SemanticLanguageModel.UnwrittenCodebooks.Count > 0)
            RequireRecall();
        if (Have(Parts.SemanticLanguageModel, Parts.JointEmbedding))
            AgreeOnPrefixes(SemanticLanguageModel, JointEmbedding.Quantizer);
        if (Have(Parts.Denoiser, Parts.JointEmbedding) && Denoiser.HearsEmbedding)
            Agree("values in a prompt's vector", Parts.Denoiser, Denoiser.PromptWidth, Parts.JointEmbedding, JointEmbedding.EmbeddingWidth);
        return this;

        void RequireRecall()
        {
            var (open, recalled) = (SemanticLanguageModel.UnwrittenCodebooks, TokenRecall.CodebooksOf(SemanticTokenizer));
            if (!open.Order().SequenceEqual(recalled))
                throw new MelodyException(
                    $"The parts of {where} do not fit together: the {Parts.SemanticLanguageModel} leaves the codebooks "
                        + $"{string.Join(", ", open)} open, and those that only sound tells are {Described(recalled)}."
                );
            if (_configs.ContainsKey(Parts.Denoiser) && Denoiser.PaletteSize == 0)
                throw new MelodyException(
                    $"The parts of {where} do not fit together: the {Parts.SemanticLanguageModel} leaves the codebooks "
                        + $"{string.Join(", ", open)} open, and the {Parts.Denoiser} has no palette of passages to recall them from."
                );
        }

        static string Described(IReadOnlyList<int> numbers) => numbers.Count == 0 ? "none" : string.Join(", ", numbers);

        bool Have(Part first, Part second) => _configs.ContainsKey(first) && _configs.ContainsKey(second);

        void AgreeOnPrefixes(SemanticLanguageModelConfig writer, ResidualQuantizerConfig quantizer)
        {
            Agree("prefix tokens", Parts.SemanticLanguageModel, writer.PrefixLevels, Parts.JointEmbedding, quantizer.Levels);
            Agree("entries of a prefix token", Parts.SemanticLanguageModel, writer.PrefixCodes, Parts.JointEmbedding, quantizer.Entries);
        }

        void AgreeOnTokens(Part first, CodebookSizes firstSizes, Part second, CodebookSizes secondSizes)
        {
            Agree("codebooks", first, firstSizes.Count, second, secondSizes.Count);
            for (int book = 0; book < firstSizes.Count; book++)
                Agree("semantic tokens", first, firstSizes[book], second, secondSizes[book]);
        }

        void Agree(string what, object first, long firstValue, object second, long secondValue)
        {
            if (firstValue != secondValue)
                throw new MelodyException(
                    $"The parts of {where} do not fit each other: the number of {what} is {firstValue} in the {first} and "
                        + $"{secondValue} in the {second}."
                );
        }
    }
}
