using Melody.Corpus.Records;
using Melody.Evaluation.HeldOut;
using Melody.Evaluation.Metrics;
using Melody.Generation;
using Melody.LanguageModel;
using Melody.Music;
using Melody.Runtime;
using static TorchSharp.torch;

namespace Melody.Evaluation.Tokens;

/// <summary>
/// Measures the semantic stage apart from the sound: how surely the language model foresees held-out tokens, whether it
/// writes the tokens that music has, and what the tokens carry of chroma, onsets and instruments.
/// </summary>
internal static class SemanticEvaluation
{
    /// <summary>Measures.</summary>
    /// <param name="model">Tokenizer, joint embedding and language model are used.</param>
    /// <param name="fitted">Windows of the training split, for the probes.</param>
    /// <param name="heldOut">Windows of the test split.</param>
    /// <param name="progress">Reports the share that is done.</param>
    /// <param name="cancellation">Checked before each window and each token.</param>
    public static SemanticScores Run(
        MusicModel model,
        IReadOnlyList<HeldOutWindow> fitted,
        IReadOnlyList<HeldOutWindow> heldOut,
        Action<double>? progress = null,
        CancellationToken cancellation = default
    )
    {
        var books = model.Config.SemanticLanguageModel.Sizes();
        int all = fitted.Count + 3 * heldOut.Count,
            done = 0;
        var probe = new TokenProbe(model.Networks.SemanticTokenizer);
        int window = model.Config.SemanticLanguageModel.Window;
        var judged = heldOut.Select(Probed).ToList();
        var learned = fitted.Select(Probed).ToList();
        var scores = probe.Scores(learned, judged);

        var (audio, text, nothing) = (new List<double>(), new List<double>(), new List<double>());
        for (int i = 0; i < heldOut.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            Perplexities(model, heldOut[i], judged[i].Tokens, audio, text, nothing);
            Report();
        }
        // of a frame whose tokens had nothing to do with each other
        double entropy = Enumerable.Range(0, books.Count).Sum(book => Entropy(judged.SelectMany(m => m.Tokens), book));

        var (first, second) = HeldOutWindow.Halves(heldOut);
        var written = Write(model, [.. second.Select(i => heldOut[i])], judged[0].Tokens.Length / books.Count, cancellation);
        done += heldOut.Count - 1;
        Report();
        return new(
            heldOut.Count,
            fitted.Count,
            books.ToString(),
            Perplexity.Of(audio),
            Perplexity.Of(text),
            Perplexity.Of(nothing),
            Math.Exp(entropy),
            TokenHistogram.Distance(Histogram(first.SelectMany(i => judged[i].Tokens)), Histogram(written.SelectMany(t => t))),
            TokenHistogram.Distance(
                Histogram(first.SelectMany(i => judged[i].Tokens)),
                Histogram(second.SelectMany(i => judged[i].Tokens))
            ),
            scores
        );

        // of the tokens of all codebooks side by side
        long[] Histogram(IEnumerable<long> tokens) =>
            TokenHistogram.Count(tokens.Select((token, i) => books.Row(i % books.Count, token)), books.Total);

        double Entropy(IEnumerable<long> tokens, int book)
        {
            var counts = TokenHistogram.Count(tokens.Where((_, i) => i % books.Count == book), books[book]);
            double total = counts.Sum();
            return counts.Where(c => c > 0).Sum(c => -c / total * Math.Log(c / total));
        }

        ProbedMusic Probed(HeldOutWindow heard)
        {
            cancellation.ThrowIfCancellationRequested();
            using var use = ModelUse.Of(model.Precision);
            Report();
            return probe.Listen(heard, cancellation, window);
        }

        void Report() => progress?.Invoke(Math.Min(1, ++done / (double)all));
    }

    /// <summary>What is asked of a language model for a window: what its record knows.</summary>
    public static MusicControls? Controls(MusicModel model, WindowRecord record) =>
        !model.Config.SemanticLanguageModel.Controls
            ? null
            : new()
            {
                Bpm = record.Bpm is >= ControlClasses.SlowestBpm and <= ControlClasses.FastestBpm ? record.Bpm : null,
                Key = MusicalKey.TryParse(record.Key, out var key) && key.IsMajorOrMinor ? key : null,
                Metre = Metre.TryParse(record.TimeSignature, out var metre) && ControlClasses.KnownMetres.Contains(metre) ? metre : null,
            };

    private static void Perplexities(
        MusicModel model,
        HeldOutWindow window,
        long[] tokens,
        List<double> audio,
        List<double> text,
        List<double> nothing
    )
    {
        using var use = ModelUse.Of(model.Precision);
        using var scope = NewDisposeScope();
        var (network, embedding) = (model.Networks.SemanticLanguageModel, model.Networks.JointEmbedding);
        var controls = Controls(model, window.Record);
        audio.AddRange(LogProbabilities(Codes(embedding.TokensForAudio(SoundTensor.ForEmbedding(window.Clip, model))), controls));
        if (Caption(window.Record) is { } caption)
            text.AddRange(LogProbabilities(Codes(embedding.TokensForText([caption])), controls));
        nothing.AddRange(LogProbabilities([], null));

        double[] LogProbabilities(long[] prefix, MusicControls? told)
        {
            var vocabulary = network.Vocabulary;
            var conditions = vocabulary.Conditions(prefix, told);
            int books = vocabulary.Codebooks.Count;
            var frames = tensor(tokens, [1, tokens.Length / books, books], device: model.TorchDevice);
            var scores = network.Scores(tensor(conditions, [1, conditions.Length], device: model.TorchDevice), frames);
            var sums = new double[tokens.Length / books];
            for (int book = 0; book < books; book++)
            {
                var targets = frames[0].select(-1, book) + vocabulary.OutputStart;
                var logs = Perplexity.LogProbabilities(scores[book][0], targets);
                for (int frame = 0; frame < sums.Length; frame++)
                    sums[frame] += logs[frame];
            }
            return sums;
        }
    }

    private static List<long[]> Write(MusicModel model, IReadOnlyList<HeldOutWindow> windows, int count, CancellationToken cancellation)
    {
        if (windows.Count == 0)
            return [];
        using var use = ModelUse.Of(model.Precision);
        using var scope = NewDisposeScope();
        var requests = windows.Select(
            (window, i) =>
                new SemanticRequest
                {
                    Prefix = Caption(window.Record) is { } caption ? Codes(model.Networks.JointEmbedding.TokensForText([caption])) : [],
                    Controls = Controls(model, window.Record),
                    Seed = (ulong)i,
                }
        );
        return
        [
            .. new SemanticSampler(model.Networks.SemanticLanguageModel).Generate([.. requests], count, new(), cancellation: cancellation),
        ];
    }

    /// <summary>The caption that stands for a window here: always the same of its several.</summary>
    public static string? Caption(WindowRecord record) =>
        record.Captions.Count == 0 ? null : record.Captions[Math.Min(3, record.Captions.Count - 1)];

    private static long[] Codes(Tensor codes) => codes.cpu().data<long>().ToArray();
}
