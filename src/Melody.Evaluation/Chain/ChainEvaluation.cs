using System.Globalization;
using Melody.Audio;
using Melody.Evaluation.Embeddings;
using Melody.Evaluation.HeldOut;
using Melody.Evaluation.Metrics;
using Melody.Evaluation.Prompts;
using Melody.Evaluation.Reports;
using Melody.Foundation;

namespace Melody.Evaluation.Chain;

/// <summary>
/// Asks a model for every prompt and listens to the answers; held-out music is listened to in the same way, so that every
/// figure stands beside what the judges say of real music.
/// </summary>
/// <param name="source">What makes the music.</param>
/// <param name="joint">Judges what music sounds like and whether it fits its words.</param>
/// <param name="other">A further embedding for the Fréchet distance, or null.</param>
/// <param name="folder">Of the report: sounds, pictures and finished results are kept below it.</param>
internal sealed class ChainEvaluation(IMusicSource source, IJointEmbedding joint, IAudioEmbedding? other, string folder)
{
    private readonly ResultStore _results = new(Path.Combine(folder, "results"));

    /// <summary>Asks, listens and judges; what an earlier run finished is not done again.</summary>
    /// <param name="options">How much is asked.</param>
    /// <param name="heldOut">Music that nobody was trained on.</param>
    /// <param name="progress">Reports what is done and which share of it.</param>
    /// <param name="cancellation">Checked before each answer and within it.</param>
    public ChainScores Run(
        ChainOptions options,
        IReadOnlyList<HeldOutWindow> heldOut,
        Action<string, double>? progress = null,
        CancellationToken cancellation = default
    )
    {
        foreach (var name in new[] { "sounds", "pictures" })
            AtomicFile.Translate(folder, () => Directory.CreateDirectory(Path.Combine(folder, name)));
        var prompts = PromptList.Take(options.Prompts);
        var answers = Each(prompts, "prompts", prompt => Ask(prompt, prompt.Seed, options.Seconds, cancellation));
        var repeated = Each(Spread(prompts, options.RepeatedPrompts), "seeds", prompt =>
            Enumerable
                .Range(1, options.FurtherSeeds)
                .Select(n => Ask(prompt, prompt.Seed + 100_000 * n, options.Seconds, cancellation).Heard.Vector)
                .Append(answers.First(a => a.Prompt.Id == prompt.Id).Heard.Vector)
                .ToList()
        );
        var continued = Each(Spread(prompts, options.ContinuedPrompts), "continuations", prompt =>
            Continue(prompt, options.ContinuedSeconds, cancellation)
        );
        var windows = Each(heldOut, "held-out music", Listen);

        var families = new FamilyRecognizer(joint);
        var pieces = heldOut.Zip(windows).GroupBy(w => w.First.Record.PieceId).Select(g => g.First().Second.Vector).ToList();
        return new(
            options,
            heldOut.Count,
            AdherenceScores.Of([.. answers.Select(a => (Expectation.Of(a.Prompt), a.Heard))], joint, families),
            AdherenceScores.Of([.. heldOut.Zip(windows, (w, h) => (Expectation.Of(w.Record), h))], joint, families),
            Frechet(heldOut, [.. answers.Select(a => a.Heard)], windows),
            Average(repeated.Select(Diversity.Of)),
            Diversity.Of(pieces),
            Average(answers.Select(a => a.Heard.HarmonicMotion)),
            Average(windows.Select(h => h.HarmonicMotion)),
            Average(answers.Select(a => a.Heard.Loudness).Where(double.IsFinite)),
            answers.Average(a => a.Heard.Clipping),
            answers.Average(a => a.Heard.Silence),
            windows.Average(h => h.Silence),
            answers.Count(a => a.Heard.Silence > 0.5),
            Repeats(prompts[0], options.Seconds, cancellation),
            answers,
            continued
        );

        List<TResult> Each<TItem, TResult>(IReadOnlyList<TItem> items, string stage, Func<TItem, TResult> work) =>
            [
                .. items.Select(
                    (item, i) =>
                    {
                        cancellation.ThrowIfCancellationRequested();
                        var result = work(item);
                        progress?.Invoke(stage, (i + 1.0) / items.Count);
                        return result;
                    }
                ),
            ];
    }

    private Answer Ask(EvaluationPrompt prompt, long seed, double seconds, CancellationToken cancellation)
    {
        var key = ResultStore.Key(source.Key, joint.Name, other?.Name ?? "", prompt, seed, seconds);
        var name = string.Create(CultureInfo.InvariantCulture, $"{prompt.Id}{(seed == prompt.Seed ? "" : $"-seed{seed}")}");
        return _results.Get(name, key, () =>
        {
            var raw = source.Make(prompt.Text, seed, seconds, cancellation).Audio;
            var (sound, picture) = Keep(raw, name, key);
            return new Answer(prompt, seed, Hearing.Of(raw.ToMono(), joint, other), sound, picture);
        });
    }

    private ContinuedAnswer Continue(EvaluationPrompt prompt, double seconds, CancellationToken cancellation)
    {
        var key = ResultStore.Key(source.Key, joint.Name, prompt, seconds);
        var name = $"continued-{prompt.Id}";
        return _results.Get(name, key, () =>
        {
            var made = source.Make(prompt.Text, prompt.Seed, seconds, cancellation);
            var (sound, picture) = Keep(made.Audio, name, key);
            return new ContinuedAnswer(
                prompt,
                SeamStrength.Measure(made.Audio.ToMono(), made.Seams),
                LongForm.Of(made.Audio.ToMono(), prompt.Text, joint),
                sound,
                picture
            );
        });
    }

    private Hearing Listen(HeldOutWindow window) =>
        _results.Get(
            $"held-out-{window.Record.PieceId}-{window.Record.Index}",
            ResultStore.Key(joint.Name, other?.Name ?? "", Sum(window.Clip)),
            () => Hearing.Of(window.Clip, joint, other)
        );

    private bool Repeats(EvaluationPrompt prompt, double seconds, CancellationToken cancellation) =>
        bool.Parse(_results.Get($"repeated-{prompt.Id}", ResultStore.Key(source.Key, prompt, seconds), () =>
            {
                var (first, second) = (
                    source.Make(prompt.Text, prompt.Seed, seconds, cancellation),
                    source.Make(prompt.Text, prompt.Seed, seconds, cancellation)
                );
                return first.Audio.Samples.SequenceEqual(second.Audio.Samples).ToString();
            }));

    // at the usual loudness, under names that only this model and these options give
    private (string Sound, string Picture) Keep(AudioClip raw, string name, string key)
    {
        var clip = LoudnessNormalizer.Normalize(raw);
        var (sound, picture) = ($"sounds/{name}-{key}.wav", $"pictures/{name}-{key}.png");
        clip.Write(Path.Combine(folder, sound));
        AtomicFile.Write(Path.Combine(folder, picture), stream => stream.Write(SpectrogramPicture.Draw(clip.ToMono())));
        return (sound, picture);
    }

    // both distances from equally many clips to the same half of the held-out music
    private List<FrechetScore> Frechet(IReadOnlyList<HeldOutWindow> heldOut, List<Hearing> answers, List<Hearing> windows)
    {
        var (first, second) = HeldOutWindow.Halves(heldOut);
        int count = Math.Min(answers.Count, Math.Min(first.Count, second.Count));
        var scores = new List<FrechetScore> { Score(joint.Name, h => h.Vector) };
        if (other is not null)
            scores.Add(Score(other.Name, h => h.Other!));
        return scores;

        FrechetScore Score(string embedding, Func<Hearing, float[]> vector)
        {
            EmbeddedMusic Music(IEnumerable<Hearing> all) => new(embedding, [.. all.Select(vector)]);
            var target = Music(Spread([.. first], count).Select(i => windows[i]));
            return new(
                embedding,
                count,
                Music(Spread(answers, count)).DistanceTo(target),
                Music(Spread([.. second], count).Select(i => windows[i])).DistanceTo(target)
            );
        }
    }

    private static List<T> Spread<T>(IReadOnlyList<T> all, int count)
    {
        count = Math.Min(count, all.Count);
        return [.. Enumerable.Range(0, count).Select(i => all[(int)((long)i * all.Count / count)])];
    }

    private static double Average(IEnumerable<double> values) => values.Where(v => !double.IsNaN(v)).DefaultIfEmpty(double.NaN).Average();

    private static double Sum(AudioClip clip)
    {
        double sum = 0;
        for (int i = 0; i < clip.Samples.Length; i++)
            sum += clip.Samples[i] * (i % 97 + 1);
        return sum;
    }
}
