using Melody.Audio;
using Melody.Evaluation.HeldOut;
using Melody.Runtime;
using Melody.SemanticTokens;
using Melody.Training.Data;
using static TorchSharp.torch;

namespace Melody.Evaluation.Tokens;

/// <summary>What a tokenizer's tokens carry of the score, apart from any language model.</summary>
/// <param name="tokenizer">In evaluation mode.</param>
internal sealed class TokenProbe(SemanticTokenizer tokenizer)
{
    private readonly int _books = tokenizer.Codebooks.Count;
    private readonly ScoreFacts _facts = new(tokenizer.Config);

    /// <summary>A window as tokens and as what its score says of each.</summary>
    /// <param name="window">With one channel at any rate.</param>
    /// <param name="cancellation">Looked at between the tokenizer's windows.</param>
    /// <param name="mostFrames">No more frames than these.</param>
    public ProbedMusic Listen(HeldOutWindow window, CancellationToken cancellation, int mostFrames = int.MaxValue)
    {
        using var scope = NewDisposeScope();
        var sound = Sound(window);
        var tokens = tokenizer.Tokenize(sound, cancellation).cpu().data<long>().ToArray();
        int frames = Math.Min(tokens.Length / _books, mostFrames);
        return new(tokens[..(frames * _books)], _facts.Of(window.Record, sound, frames));
    }

    /// <summary>A window as the tokens of its score, which a corpus with notes is encoded with.</summary>
    /// <param name="window">With one channel at any rate.</param>
    public ProbedMusic Read(HeldOutWindow window)
    {
        using var scope = NewDisposeScope();
        var sound = Sound(window);
        var facts = _facts.Of(window.Record, sound, (int)tokenizer.Frames(sound.shape[1]));
        return new(ScoreFacts.Tokens(tokenizer, facts).cpu().data<long>().ToArray(), facts);
    }

    /// <summary>What linear probes find, one score a group of facts.</summary>
    public IReadOnlyList<ProbeScore> Scores(IReadOnlyList<ProbedMusic> fitted, IReadOnlyList<ProbedMusic> judged)
    {
        var probe = new LinearProbe([.. tokenizer.Codebooks.Select(book => book.Codes)], FrameFacts.Count, 1, LinearProbe.UsualRidges);
        var (told, chance) = (probe.Measure(fitted, judged), probe.Measure(probe.Shuffled(fitted, 1), probe.Shuffled(judged, 2)));
        return
        [
            .. FrameFacts.Groups.Select(g => new ProbeScore(
                g.Name,
                told.ExplainedVariance(g.First, g.Count),
                chance.ExplainedVariance(g.First, g.Count)
            )),
        ];
    }

    /// <summary>
    /// What the readout's probabilities explain by themselves, before they become tokens, a value for each group of facts, NaN for one that
    /// it does not tell; null where there is no such readout.
    /// </summary>
    /// <param name="windows">Held-out ones.</param>
    /// <param name="cancellation">Looked at before each window.</param>
    public IReadOnlyList<double>? Readout(IReadOnlyList<HeldOutWindow> windows, CancellationToken cancellation)
    {
        if (!FrameFacts.Tells(tokenizer.Config.Readout))
            return null;
        int count = tokenizer.Config.Readout;
        var (error, sum, squares) = (new double[count], new double[count], new double[count]);
        long frames = 0;
        foreach (var window in windows)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var sound = Sound(window);
            var guesses = tokenizer.Embed(sound, cancellation).cpu().data<float>().ToArray();
            var facts = _facts.Of(window.Record, sound, guesses.Length / count);
            frames += guesses.Length / count;
            for (int i = 0; i < guesses.Length; i++)
            {
                double fact = facts[i / count * FrameFacts.Count + i % count];
                (error[i % count], sum[i % count], squares[i % count]) = (
                    error[i % count] + (guesses[i] - fact) * (guesses[i] - fact),
                    sum[i % count] + fact,
                    squares[i % count] + fact * fact
                );
            }
        }
        return
        [
            .. FrameFacts.Groups.Select(g =>
            {
                if (g.First + g.Count > count)
                    return double.NaN;
                var all = Enumerable.Range(g.First, g.Count).ToList();
                return 1 - all.Sum(i => error[i]) / all.Sum(i => squares[i] - sum[i] * sum[i] / frames);
            }),
        ];
    }

    private Tensor Sound(HeldOutWindow window)
    {
        var heard = window.Clip.Resample(tokenizer.Config.SampleRate).Samples.ToArray();
        return tensor(heard, [1, heard.Length], device: tokenizer.parameters().First().device);
    }
}
