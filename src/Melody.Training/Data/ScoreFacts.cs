using Melody.Corpus.Records;
using Melody.SemanticTokens;
using static TorchSharp.torch;

namespace Melody.Training.Data;

/// <summary>All facts of the frames of a passage: what its score says, and how loud its bands are, which the sound says.</summary>
/// <param name="sampleRate">Of the sound, Hz.</param>
/// <param name="hop">Samples of a frame.</param>
internal sealed class ScoreFacts(int sampleRate, int hop)
{
    private readonly FrameLevels _levels = new(sampleRate, hop);

    /// <summary>Of a tokenizer's frames.</summary>
    public ScoreFacts(SemanticTokenizerConfig config)
        : this(config.SampleRate, config.Hop) { }

    /// <summary>float32 [frames, <see cref="FrameFacts.Count"/>], flat.</summary>
    /// <param name="record">What is known of the passage.</param>
    /// <param name="sound">The passage, mono [1, samples]; as many whole frames or more. Null without sound: levels are then 0.</param>
    /// <param name="frames">How many.</param>
    public float[] Of(WindowRecord record, Tensor? sound, int frames)
    {
        var facts = new float[frames * FrameFacts.Count];
        NoteTargets.Fill(record, 0, (double)hop / sampleRate, facts);
        if (sound is null)
            return facts;
        using var scope = NewDisposeScope();
        var levels = _levels.Of(sound).cpu().data<float>().ToArray();
        for (int frame = 0; frame < frames; frame++)
            levels
                .AsSpan(frame * FrameFacts.LevelCount, FrameFacts.LevelCount)
                .CopyTo(facts.AsSpan(frame * FrameFacts.Count + FrameFacts.Levels));
        return facts;
    }

    /// <summary>Tokens int64 [frames, codebooks] of such facts.</summary>
    /// <param name="tokenizer">With <see cref="SemanticTokenizerConfig.ScoreTokens"/>.</param>
    /// <param name="facts">As <see cref="Of"/> gives them.</param>
    public static Tensor Tokens(SemanticTokenizer tokenizer, float[] facts)
    {
        using var scope = NewDisposeScope();
        var device = tokenizer.parameters().First().device;
        var values = tensor(facts, [facts.Length / FrameFacts.Count, FrameFacts.Count], device: device);
        return tokenizer.TokensOf(values.narrow(-1, 0, tokenizer.Config.Readout)).MoveToOuterDisposeScope();
    }
}
