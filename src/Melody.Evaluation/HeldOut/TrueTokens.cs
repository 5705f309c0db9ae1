using Melody.Corpus.Records;
using Melody.Generation;
using Melody.Training.Data;
using static TorchSharp.torch;

namespace Melody.Evaluation.HeldOut;

/// <summary>The semantic tokens that held-out music has by itself.</summary>
internal static class TrueTokens
{
    /// <summary>
    /// Tokens of a window, [tokens, codebooks] flat: those of its score where the model's tokenizer has tokens of scores and the score is
    /// known, as in the corpus that the model learned from; else those that the tokenizer hears.
    /// </summary>
    /// <param name="model">Its tokenizer is used.</param>
    /// <param name="sound">In any channels and at any rate.</param>
    /// <param name="record">What is known of it.</param>
    /// <param name="cancellation">Looked at between the tokenizer's windows.</param>
    public static long[] Of(MusicModel model, Audio.AudioClip sound, WindowRecord record, CancellationToken cancellation)
    {
        var tokenizer = model.Networks.SemanticTokenizer;
        if (!tokenizer.Config.ScoreTokens || record.Estimated || record.Notes.Count == 0)
            return SoundTensor.Tokens(sound, model, cancellation);
        using var scope = NewDisposeScope();
        var heard = SoundTensor.ForTokens(sound, model);
        var facts = new ScoreFacts(tokenizer.Config).Of(record, heard, (int)tokenizer.Frames(heard.shape[1]));
        return ScoreFacts.Tokens(tokenizer, facts).cpu().data<long>().ToArray();
    }
}
