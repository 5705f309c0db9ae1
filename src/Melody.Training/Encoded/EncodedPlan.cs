using Melody.Corpus.Storage;
using Melody.Foundation;
using Melody.Nn;
using Melody.Training.Setup;
using Melody.Weights;

namespace Melody.Training.Encoded;

/// <summary>A shard of an encoded corpus: the number of the corpus' shard and the hash of what it was made from.</summary>
internal sealed record EncodedSource(int Index, string Sha256);

/// <summary>
/// What an encoded corpus holds, kept in <c>encoded.json</c> of its folder: the output of three parts of one model for
/// every shard of a corpus.
/// </summary>
internal sealed record EncodedPlan
{
    /// <summary>The name of the file.</summary>
    public const string FileName = FolderContent.EncodedPlanName;

    /// <summary>Version of the layout.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Version of the layout.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>
    /// <see cref="PartHash"/> of the semantic tokenizer, of the autoencoder where there are latents, and of the joint embedding where
    /// there are prefix tokens.
    /// </summary>
    public required IReadOnlyDictionary<string, string> Parts { get; init; }

    /// <summary>Of the audio, Hz.</summary>
    public required int SampleRate { get; init; }

    /// <summary>Samples in a latent frame.</summary>
    public required int LatentHop { get; init; }

    /// <summary>Values in a latent frame.</summary>
    public required int LatentChannels { get; init; }

    /// <summary>Samples in a semantic token; a multiple of <see cref="LatentHop"/>.</summary>
    public required int TokenHop { get; init; }

    /// <summary>Different semantic tokens of the one codebook, where <see cref="Codebooks"/> names none.</summary>
    public required int SemanticCodes { get; init; }

    /// <summary>Different semantic tokens of each codebook, where a frame has several.</summary>
    public IReadOnlyList<int> Codebooks { get; init; } = [];

    /// <summary>The codebooks of a frame.</summary>
    public CodebookSizes Sizes() => new(Codebooks.Count == 0 ? [SemanticCodes] : Codebooks);

    /// <summary>Numbers of the codebooks that only sound tells, of music without it: their tokens may be -1. Null with sound.</summary>
    public IReadOnlyList<int>? UnknownCodebooks { get; init; }

    /// <summary>Whether the music was composed and never rendered: there are no latents, and texts alone have prefix tokens.</summary>
    public bool WithoutSound => UnknownCodebooks is not null;

    /// <summary>Prefix tokens of a window or a text.</summary>
    public required int PrefixLevels { get; init; }

    /// <summary>Different prefix tokens of one level.</summary>
    public required int PrefixCodes { get; init; }

    /// <summary>All shards of the corpus.</summary>
    public required IReadOnlyList<EncodedSource> Shards { get; init; }

    /// <summary>Latent frames in a semantic token.</summary>
    public int FramesPerToken => TokenHop / LatentHop;

    /// <summary>Writes the plan into a folder, or checks that the folder was encoded by the same model.</summary>
    /// <exception cref="MelodyException">The folder holds what another model made.</exception>
    public void Claim(string folder)
    {
        FolderContent.RequireFree(folder, FileName);
        AtomicFile.Translate(folder, () => Directory.CreateDirectory(folder));
        var path = Path.Combine(folder, FileName);
        if (File.Exists(path))
            foreach (var (part, hash) in Read(folder).Parts)
                if (!Parts.TryGetValue(part, out var mine) || mine != hash)
                    throw new MelodyException(
                        $"'{folder}' holds a corpus that was encoded by another {part}; give another folder, or delete it."
                    );
        AtomicFile.Write(path, stream => stream.Write(ConfigJson.WriteText(this)));
    }

    /// <summary>The plan of the encoded corpus in a folder.</summary>
    /// <exception cref="MelodyException">There is none.</exception>
    public static EncodedPlan Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            throw new MelodyException(
                File.Exists(Path.Combine(folder, CorpusPlan.FileName))
                    ? $"The corpus '{folder}' is not encoded yet; run 'melody corpus encode' and give the folder that it writes."
                    : $"'{folder}' holds no encoded corpus (no {FileName}); make one with 'melody corpus encode'."
            );
        var plan = ConfigJson.Read<EncodedPlan>(ConfigJson.Parse(File.ReadAllBytes(path), $"'{path}'"), $"'{path}'");
        if (plan.Format != CurrentFormat)
            throw new MelodyException(
                $"'{path}' is of format {plan.Format}, and this version reads format {CurrentFormat}; encode the corpus again."
            );
        plan.Validate(path);
        return plan;
    }

    // largest values: what 16-bit tokens and the sizes of any network allow, far from where a product overflows
    private void Validate(string path)
    {
        void Require(string name, long value, long least, long most)
        {
            if (value < least || value > most)
                throw new MelodyException(
                    $"'{path}' cannot be used: {name} is {value}, outside {least} to {most}; encode the corpus again."
                );
        }
        Require("sampleRate", SampleRate, 1000, 768_000);
        Require("latentHop", LatentHop, 1, SampleRate);
        Require("latentChannels", LatentChannels, 1, 65_536);
        Require("tokenHop", TokenHop, 1, SampleRate);
        Require("semanticCodes", SemanticCodes, 1, short.MaxValue + 1);
        foreach (int codes in Codebooks)
            Require("a size in codebooks", codes, 1, short.MaxValue + 1);
        Require("the number of codebooks", Codebooks.Count, 0, 64);
        foreach (int book in UnknownCodebooks ?? [])
            Require("a number in unknownCodebooks", book, 0, Sizes().Count - 1);
        Require("prefixLevels", PrefixLevels, 1, 1024);
        Require("prefixCodes", PrefixCodes, 1, short.MaxValue + 1);
        if (TokenHop % LatentHop != 0)
            throw new MelodyException(
                $"'{path}' cannot be used: tokenHop {TokenHop} is not a multiple of latentHop {LatentHop}; encode the corpus again."
            );
        if (
            Shards.Any(shard => shard is not { Index: >= 0, Sha256: not null })
            || Shards.DistinctBy(shard => shard.Index).Count() < Shards.Count
        )
            throw new MelodyException($"'{path}' cannot be used: its list of shards is damaged; encode the corpus again.");
        if (Parts.Any(part => part.Value is null))
            throw new MelodyException($"'{path}' cannot be used: a hash of its parts is null; encode the corpus again.");
    }

    /// <summary>Fails with a sentence unless a part's output in here is that of the part in a model.</summary>
    /// <param name="folder">Of the encoded corpus, for the sentence.</param>
    /// <param name="expected">Hashes of the model's parts.</param>
    public void RequireParts(string folder, IReadOnlyDictionary<string, string> expected)
    {
        foreach (var (part, hash) in expected)
            if (!Parts.TryGetValue(part, out var mine))
                throw new MelodyException(
                    WithoutSound
                        ? $"'{folder}' was made without sound and holds nothing of the {part}; leave it out here, or build a corpus "
                            + $"without --without-sound."
                        : $"'{folder}' holds nothing of the {part}, as it was encoded for another stage; run 'melody corpus encode' "
                            + $"without --for into another folder."
                );
            else if (mine != hash)
                throw new MelodyException(
                    $"'{folder}' was encoded by another {part} than the model's; run 'melody corpus encode' with this model into "
                        + $"another folder."
                );
    }
}
