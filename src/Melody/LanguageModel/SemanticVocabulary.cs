using Melody.Music;
using Melody.Nn;
using static TorchSharp.torch;

namespace Melody.LanguageModel;

/// <summary>
/// One row of ids for everything that the semantic language model reads (MeLoDy, arXiv 2305.15719): code i of prefix level q is
/// q * 1024 + i, semantic token s follows all of them, then BOS, which stands between the conditions and the first
/// semantic token, and PAD, which stands in for each prefix token of a song without a prefix. With controls, three blocks
/// follow, tempo, key and metre, each with its null token first.
/// </summary>
internal sealed class SemanticVocabulary(SemanticLanguageModelConfig config)
{
    /// <summary>Number of ids.</summary>
    public int Count => MetreNull + (config.Controls ? 1 + ControlClasses.Metres : 0);

    /// <summary>The codebooks of a frame's semantic tokens.</summary>
    public CodebookSizes Codebooks { get; } = config.Sizes();

    /// <summary>Number of prefix ids.</summary>
    public int PrefixCount { get; } = config.PrefixLevels * config.PrefixCodes;

    /// <summary>Id of semantic token 0 of the first codebook; those of the others follow.</summary>
    public int SemanticStart => PrefixCount;

    /// <summary>"From here on music".</summary>
    public int Bos => PrefixCount + Codebooks.Total;

    /// <summary>"No token here".</summary>
    public int Pad => Bos + 1;

    /// <summary>The null token of tempo; class c is c + 1 further.</summary>
    public int TempoNull => Pad + 1;

    /// <summary>The null token of the key; class c is c + 1 further.</summary>
    public int KeyNull => TempoNull + (config.Controls ? 1 + ControlClasses.Tempi : 0);

    /// <summary>The null token of the metre; class c is c + 1 further.</summary>
    public int MetreNull => KeyNull + (config.Controls ? 1 + ControlClasses.Keys : 0);

    /// <summary>Rows of the model's output, of a frame's first codebook where there are several.</summary>
    public int OutputCount => config.SemanticOutputOnly ? Codebooks[0] : Count;

    /// <summary>Output row of semantic token 0: what a loss adds to a semantic token to get its target.</summary>
    public int OutputStart => config.SemanticOutputOnly ? 0 : SemanticStart;

    /// <summary>Ids that stand before the first semantic token: prefix, controls if the model has them, BOS.</summary>
    public int ConditionCount => config.PrefixLevels + (config.Controls ? 3 : 0) + 1;

    /// <summary>The condition ids of one song.</summary>
    /// <param name="prefix">One code a level, or empty for none.</param>
    /// <param name="controls">What is asked for; ignored by a model without controls.</param>
    public long[] Conditions(ReadOnlySpan<long> prefix, MusicControls? controls = null)
    {
        if (prefix.Length != 0 && prefix.Length != config.PrefixLevels)
            throw new ArgumentException($"A prefix has {config.PrefixLevels} tokens, not {prefix.Length}.", nameof(prefix));
        var ids = new long[ConditionCount];
        for (int level = 0; level < config.PrefixLevels; level++)
        {
            if (prefix.Length == 0)
                ids[level] = Pad;
            else if (prefix[level] < 0 || prefix[level] >= config.PrefixCodes)
                throw new ArgumentOutOfRangeException(
                    nameof(prefix),
                    $"Prefix codes lie in 0..{config.PrefixCodes - 1}, but one is {prefix[level]}."
                );
            else
                ids[level] = (long)level * config.PrefixCodes + prefix[level];
        }
        if (config.Controls)
            ControlIds(controls).CopyTo(ids, config.PrefixLevels);
        ids[^1] = Bos;
        return ids;
    }

    /// <summary>Ids of tempo, key and metre; the null token where nothing is asked for.</summary>
    public long[] ControlIds(MusicControls? controls)
    {
        if (!config.Controls)
            return [];
        return
        [
            TempoNull + (controls?.Bpm is { } bpm ? 1 + ControlClasses.OfTempo(bpm) : 0),
            KeyNull + (controls?.Key is { } key ? 1 + ControlClasses.OfKey(key) : 0),
            MetreNull + (controls?.Metre is { } metre ? 1 + ControlClasses.OfMetre(metre) : 0),
        ];
    }

    /// <summary>
    /// Condition ids int64 [batch, conditions] from prefix codes int64 [batch, levels] and control ids int64 [batch, 3] (null for a model
    /// without).
    /// </summary>
    public Tensor Conditions(Tensor prefix, Tensor? controlIds)
    {
        var offsets = arange(config.PrefixLevels, ScalarType.Int64, prefix.device) * config.PrefixCodes;
        var bos = full([prefix.shape[0], 1], Bos, ScalarType.Int64, prefix.device);
        return config.Controls
            ? cat([prefix + offsets, controlIds ?? throw new ArgumentNullException(nameof(controlIds)), bos], 1)
            : cat([prefix + offsets, bos], 1);
    }
}
