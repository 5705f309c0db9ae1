using Melody.Audio;
using Melody.Corpus.Description;
using Melody.Corpus.Records;
using Melody.Evaluation.Chain;
using Melody.Evaluation.Embeddings;
using Melody.Evaluation.HeldOut;
using Melody.Evaluation.Metrics;
using Melody.Evaluation.Prompts;
using Melody.Evaluation.Reports;
using Melody.Music;
using Melody.Prompting;
using Melody.Tests.Audio;
using Melody.Tests.Corpus.Storage;

namespace Melody.Tests.Evaluation;

/// <summary>The judges of the whole chain: who obeys scores high, noise low; the page says so; and nothing is done twice.</summary>
public sealed class ChainTests : IDisposable
{
    // low, so that hearing is quick
    private const int Rate = 8_000;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Obeys: chords in the stated key, a click on every beat of the stated tempo where drums are not excluded.</summary>
    private sealed class Obedient : IMusicSource
    {
        public int Made { get; private set; }

        public string Key => "obedient";

        public MadeMusic Make(string text, long seed, double seconds, CancellationToken cancellation)
        {
            Made++;
            var asked = PromptReader.Read(text);
            bool drums = PromptList.All.First(p => p.Text == text).Drums != false;
            return new(Play(asked.Bpm ?? 120, asked.Key ?? new(0, false), drums, seconds, (int)seed), [(int)(seconds * Rate / 2)]);
        }
    }

    /// <summary>Two unrelated channels of noise.</summary>
    private sealed class Noise : IMusicSource
    {
        public string Key => "noise";

        public MadeMusic Make(string text, long seed, double seconds, CancellationToken cancellation) =>
            new(new(Sounds.Noise((int)seed, 2 * (int)(seconds * Rate), 0.3), Rate, 2), [(int)(seconds * Rate / 2)]);
    }

    // I IV V I, two beats each, a noisy click on each beat
    private static AudioClip Play(double bpm, MusicalKey key, bool drums, double seconds, int seed)
    {
        var samples = new float[(int)(seconds * Rate)];
        var clicks = Sounds.Noise(seed, samples.Length, 0.8);
        int third = key.IsMinor ? 3 : 4;
        int[] roots = [0, 5, 7, 0];
        for (int i = 0; i < samples.Length; i++)
        {
            double t = (double)i / Rate,
                beat = t * bpm / 60,
                within = (beat - Math.Floor(beat)) * 60 / bpm;
            int root = roots[(int)(beat / 2) % 4];
            foreach (int step in new[] { 0, root == 7 ? 4 : third, 7, 12 })
                samples[i] += (float)(
                    0.1 * Math.Exp(-1.5 * within) * Math.Sin(2 * Math.PI * 440 * Math.Pow(2, (key.Tonic + root + step - 21) / 12.0) * t)
                );
            if (drums)
                samples[i] += (float)(clicks[i] * Math.Exp(-within * 60));
        }
        return new(samples, Rate);
    }

    // hears three bands and reads nothing but the drums: enough to rank
    private sealed class Bands : IJointEmbedding
    {
        public string Name => "bands";

        public float[] Embed(AudioClip clip)
        {
            var spectrum = Spectrogram.Of(clip.Samples, 256, 128);
            var vector = new float[4];
            for (int frame = 0; frame < spectrum.Frames; frame++)
            for (int bin = 0; bin < spectrum.Bins; bin++)
                vector[Math.Min(3, bin / 16)] += spectrum.Frame(frame)[bin] / spectrum.Frames;
            return vector;
        }

        public IReadOnlyList<float[]> Embed(IReadOnlyList<string> texts) =>
            [.. texts.Select(text => text.Contains("drum", StringComparison.Ordinal) ? new float[] { 1, 1, 1, 1 } : [1, 0, 0, 0])];
    }

    private static List<HeldOutWindow> HeldOut() =>
        [
            .. Enumerable
                .Range(0, 8)
                .Select(i => new HeldOutWindow(
                    Play(90 + 5 * i, new(i, i % 2 == 1), drums: true, 5, i),
                    SinePieces.Window($"p{i / 2}", DatasetSplit.Test, i, 5) with
                    {
                        Bpm = 90 + 5 * i,
                        Key = new MusicalKey(i, i % 2 == 1).ToString(),
                        Drums = true,
                        Captions = [$"with drums {i}"],
                    }
                )),
        ];

    private static ChainOptions Options =>
        new()
        {
            Prompts = 6,
            Seconds = 5,
            RepeatedPrompts = 1,
            FurtherSeeds = 1,
            ContinuedPrompts = 1,
            ContinuedSeconds = 6,
        };

    [Fact]
    public void Who_obeys_scores_high_noise_low_and_a_second_run_does_nothing_again()
    {
        var obedient = new Obedient();
        var heldOut = HeldOut();
        ChainScores Run(IMusicSource source) =>
            new ChainEvaluation(source, new Bands(), null, _folder.Path).Run(
                Options,
                heldOut,
                cancellation: TestContext.Current.CancellationToken
            );
        var (good, bad) = (Run(obedient), Run(new Noise()));
        Assert.True(good.Generated.TempoOctaves.Value >= 0.8, $"{good.Generated.TempoOctaves}");
        Assert.True(good.Generated.TempoOctaves.Value > bad.Generated.TempoOctaves.Value + 0.4);
        Assert.True(good.Generated.Key.Value > bad.Generated.Key.Value + 0.4, $"{good.Generated.Key} {bad.Generated.Key}");
        Assert.Equal((6, 6), (good.Answers.Count, bad.Answers.Count));
        Assert.True(good.HeldOut.TempoOctaves.Value >= 0.8 && good.HeldOut.Key.Value > 0.7, $"{good.HeldOut}");
        Assert.True(bad.Frechet[0].Ratio > 3 * good.Frechet[0].Ratio, $"{bad.Frechet[0]} {good.Frechet[0]}");
        Assert.True(bad.Frechet[0].Ratio > 3);
        Assert.True(good.SameFile);
        // two unrelated channels of noise beside music of one
        Assert.Equal((6, 0, 0), (bad.Sound.Stereo, good.Sound.Stereo, good.HeldOutSound.Stereo));
        Assert.Equal(0, bad.Sound.Width, 0.5);
        Assert.Equal(3, bad.Sound.MonoLoss, 0.3);
        foreach (var (motion, reached) in new (double, bool?)[] { (0.089, false), (0.091, true), (double.NaN, null) })
        {
            var scores = good with { HarmonicMotion = motion, HeldOutHarmonicMotion = 0.1 };
            Assert.Equal(
                reached,
                ChainReport.Bars(scores).Single(bar => bar.What.StartsWith("harmonic", StringComparison.Ordinal)).Reached
            );
        }

        int made = obedient.Made;
        var again = Run(obedient);
        Assert.Equal(made, obedient.Made);
        Assert.Equal(good.Generated, again.Generated);
        Assert.Equal(good.Frechet, again.Frechet);

        // an interrupted run: one result is missing, another was cut short by a crash of the disk
        var results = Directory.GetFiles(_folder["results"], $"{good.Answers[0].Prompt.Id}-????????????????.json");
        File.Delete(results.Single(file => File.ReadAllText(file).Contains(good.Answers[0].Sound, StringComparison.Ordinal)));
        var damaged = Directory
            .GetFiles(_folder["results"], $"{good.Answers[1].Prompt.Id}-*.json")
            .Single(file => File.ReadAllText(file).Contains(good.Answers[1].Sound, StringComparison.Ordinal));
        File.WriteAllText(damaged, File.ReadAllText(damaged)[..40]);
        Assert.Equal(good.Generated, Run(obedient).Generated);
        Assert.Equal(made + 2, obedient.Made);
    }

    [Fact]
    public async Task An_interrupted_run_keeps_what_it_finished()
    {
        var source = new Obedient();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var evaluation = new ChainEvaluation(source, new Bands(), null, _folder.Path);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Task.Run(() =>
                evaluation.Run(
                    Options,
                    HeldOut(),
                    (stage, share) =>
                    {
                        if (share > 0.2)
                            stop.Cancel();
                    },
                    stop.Token
                )
            )
        );
        int before = source.Made;
        Assert.InRange(before, 1, 5);
        Assert.Equal(before, Directory.GetFiles(_folder["results"]).Length);
        Assert.DoesNotContain(Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories), file =>
            file.EndsWith(".tmp", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Families_are_told_by_the_nearest_words()
    {
        var recognizer = new FamilyRecognizer(new Words());
        Assert.All(InstrumentFamilies.All, family => Assert.Equal(family, recognizer.Recognize(Words.Vector(family, noise: 0.2f))));
        Assert.Contains("solo violin", FamilyRecognizer.Texts(InstrumentFamily.Strings));
        Assert.DoesNotContain("gunshot", FamilyRecognizer.Texts(InstrumentFamily.Drums));
        Assert.Contains("drums", FamilyRecognizer.Texts(InstrumentFamily.Drums));
    }

    // each family's words on an axis of their own
    private sealed class Words : IJointEmbedding
    {
        public string Name => "words";

        public float[] Embed(AudioClip clip) => throw new NotSupportedException();

        public IReadOnlyList<float[]> Embed(IReadOnlyList<string> texts) =>
            [.. texts.Select(text => Vector(InstrumentFamilies.All.First(f => FamilyRecognizer.Texts(f).Contains(text)), 0))];

        public static float[] Vector(InstrumentFamily family, float noise) =>
            [.. InstrumentFamilies.All.Select(f => f == family ? 1 : noise)];
    }

    [Fact]
    public void Captions_are_found_by_chance_by_the_blind_and_always_by_those_who_know()
    {
        float[][] axes =
        [
            .. Enumerable
                .Range(0, 40)
                .Select(i =>
                {
                    var v = new float[40];
                    v[i] = 1;
                    return v;
                }),
        ];
        Assert.Equal(1, CaptionRetrieval.Of(axes, axes), 1e-9);
        Assert.Equal(1.0 / 16, CaptionRetrieval.Of([.. axes.Select(_ => axes[0])], axes), 1e-9);
        Assert.Equal(0, CaptionRetrieval.Of([.. axes.Skip(1), axes[0]], axes, candidates: 40));
        Assert.True(double.IsNaN(CaptionRetrieval.Of([axes[0]], [axes[0]])));
    }

    [Fact]
    public void Captions_are_drawn_in_every_possible_way()
    {
        // whole numbers, so that some captions tie
        var random = new Random(3);
        float[][] texts = [.. Enumerable.Range(0, 7).Select(_ => new float[] { random.Next(1, 3), random.Next(1, 3) })];
        float[][] sounds = [.. Enumerable.Range(0, 7).Select(_ => new float[] { random.Next(1, 4), random.Next(1, 4) })];
        static double Cosine(float[] a, float[] b) =>
            (a[0] * b[0] + a[1] * b[1]) / Math.Sqrt(((double)a[0] * a[0] + a[1] * a[1]) * ((double)b[0] * b[0] + b[1] * b[1]));
        double found = 0;
        int draws = 0;
        for (int i = 0; i < 7; i++)
        for (int a = 0; a < 7; a++)
        for (int b = a + 1; b < 7; b++)
        for (int c = b + 1; c < 7; c++)
        {
            if (a == i || b == i || c == i)
                continue;
            double own = Cosine(texts[i], sounds[i]);
            double[] others = [Cosine(texts[a], sounds[i]), Cosine(texts[b], sounds[i]), Cosine(texts[c], sounds[i])];
            draws++;
            if (others.All(other => other < own + 1e-9))
                found += 1.0 / (1 + others.Count(other => other > own - 1e-9));
        }
        Assert.Equal(7 * 20, draws);
        Assert.Equal(found / draws, CaptionRetrieval.Of(texts, sounds, candidates: 4), 1e-9);
    }

    [Fact]
    public void Keys_with_the_same_notes_count_half()
    {
        Assert.Equal(1, AdherenceScores.KeyPoints("A minor", "A minor"));
        Assert.Equal(0.5, AdherenceScores.KeyPoints("A minor", "C major"));
        Assert.Equal(0, AdherenceScores.KeyPoints("A minor", "A major"));
        Assert.Equal(0, AdherenceScores.KeyPoints("A minor", "none"));
    }

    [Fact]
    public void Seams_that_are_cut_stand_out()
    {
        var noise = Sounds.Noise(4, 6 * Rate, 0.3);
        int[] cuts = [2 * Rate, 4 * Rate];
        var cut = noise.ToArray();
        cut.AsSpan(cuts[1] - 1200, 1200).Clear();
        var seams = SeamStrength.Measure(new(cut, Rate), cuts)!;
        Assert.Equal((1, 2), (seams.Louder, seams.Seams));
        Assert.True(seams.LoudestRatio > 1.5);
        Assert.Null(SeamStrength.Measure(new(new float[6 * Rate], Rate), cuts));
    }

    [Fact]
    public void A_piece_that_settles_into_a_tone_does_not_endure()
    {
        var noise = Sounds.Noise(4, 20 * Rate, 0.3);
        var lively = LongForm.Of(new(noise, Rate), "drums", new Bands())!;
        Assert.InRange(lively.Movement, 0.95, 1.05);
        Assert.Equal(lively.First, lively.Last, 0.02);
        var settled = noise.ToArray();
        for (int i = 10 * Rate; i < settled.Length; i++)
            settled[i] = 0.3f * MathF.Sin(2 * MathF.PI * 440 * i / Rate);
        var tired = LongForm.Of(new(settled, Rate), "drums", new Bands())!;
        Assert.Equal(lively.First, tired.First, 1e-6);
        Assert.True(tired.Last < tired.First - 0.2, $"{tired}");
        Assert.True(tired.Movement < 0.5, $"{tired}");
        Assert.Null(LongForm.Of(new AudioClip(noise, Rate).Slice(0, noise.Length - 1), "drums", new Bands()));
    }
}
