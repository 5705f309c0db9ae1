using System.Globalization;
using Melody.Audio;
using Melody.Corpus.Composition;
using Melody.Corpus.Description;
using Melody.Corpus.Storage;

namespace Melody.Evaluation.Listening;

/// <summary>
/// Fits the <see cref="FittedWeights"/> on the train split of composed corpora. Every third window is heard with noise or
/// without treble, so that the estimators keep their way with generated sound.
/// </summary>
internal static class EstimatorFitting
{
    private const double Ridge = 1, DrumRidge = 0.3, TempoBlur = 0.012;
    private const int FramesOfWindow = 4;

    private sealed record Heard(WindowRecord Truth, PitchSpectrum Pitches);

    /// <summary>Listens to the train split and fits.</summary>
    public static FittedWeights Fit(IReadOnlyList<CorpusReader> corpora, Action<double>? progress = null, CancellationToken cancellation = default)
    {
        var windows = corpora.SelectMany(corpus => corpus.WindowsOf("train").Select(window => (corpus, window))).ToList();
        var (pitched, tempi, drums) = (new List<Heard>(), new List<ChoiceExample>(), new List<ChoiceExample>());
        for (int i = 0; i < windows.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var (corpus, window) = windows[i];
            var truth = corpus.Describe(window);
            if (truth.Estimated) continue;
            var clip = Worsen(AudioClip.Adopt(corpus.Read(window), corpus.Plan.SampleRate, corpus.Plan.Channels).ToMono(), i);
            var levels = BandLevels.Of(clip);
            drums.Add(new(DrumPresence.Candidates(levels), truth.Drums ? [1, 0] : [0, 1]));
            var tempogram = new Tempogram(OnsetEnvelope.Of(levels));
            if (!tempogram.IsFlat && TempoAnswer(truth.Bpm) is { } answer) tempi.Add(new(tempogram.Candidates(), answer));
            if (Key.TryParse(truth.Key) is not null) pitched.Add(new(truth, PitchSpectrum.Of(clip)));
            progress?.Invoke((i + 1.0) / windows.Count);
        }
        if (pitched.Count == 0 || tempi.Count == 0) throw new MelodyException("The corpus has no window whose truth is known; build one with 'melody corpus build'.");
        var chords = LinearChoice.Fit([.. pitched.SelectMany(Chords)], ChordListener.Qualities, Ridge);
        return new()
        {
            Provenance = string.Create(CultureInfo.InvariantCulture, $"melody evaluate fit-estimators: {drums.Count} windows of the train split of {string.Join(" and ", corpora.Select(Name))}"),
            Chords = chords,
            Keys = LinearChoice.Fit([.. pitched.Select(heard => KeyExample(heard, chords))], AudioKeyEstimator.Kinds, Ridge),
            Tempi = LinearChoice.Fit(tempi, 1, Ridge),
            Drums = LinearChoice.Fit(drums, 1, DrumRidge),
        };
    }

    /// <summary>Root and quality of a chord by its name; null where it has none. What is neither minor, diminished nor dominant counts as major.</summary>
    public static (int Root, int Quality)? ParseChord(string name)
    {
        int length = name.Length > 1 && name[1] is '#' or 'b' ? 2 : 1;
        if (name.Length < length || Key.TryParse(name[..length] + " major") is not { } root) return null;
        string kind = name[length..].Split('/')[0];
        int quality = kind.StartsWith("maj", StringComparison.Ordinal) ? 0
            : kind.StartsWith("m7b5", StringComparison.Ordinal) || kind.StartsWith("dim", StringComparison.Ordinal) ? 3
            : kind.StartsWith('m') ? 1
            : kind.StartsWith('7') || kind.StartsWith('9') ? 2 : 0;
        return (root.Tonic, quality);
    }

    private static string Name(CorpusReader corpus) => string.Create(CultureInfo.InvariantCulture, $"a composed corpus of {corpus.Seconds / 3600:0.0} h, seed {corpus.Plan.Seed}");

    private static AudioClip Worsen(AudioClip clip, int index) => (index % 6) switch
    {
        1 => Degradation.AddNoise(clip, 5 + index % 21, index),
        4 => Degradation.Darken(clip, 1500 + 450 * (index % 11)),
        _ => clip,
    };

    private static float[]? TempoAnswer(double bpm)
    {
        var weights = Enumerable.Range(0, Tempogram.Tempi).Select(tempo => Math.Exp(-Math.Pow(Math.Log(Tempogram.Bpm(tempo) / bpm) / TempoBlur, 2) / 2)).ToArray();
        double sum = weights.Sum();
        return sum < 1 ? null : [.. weights.Select(weight => (float)(weight / sum))];
    }

    private static IEnumerable<ChoiceExample> Chords(Heard heard)
    {
        var labelled = ChordListener.Candidates(heard.Pitches).Select((candidates, frame) => (candidates, chord: ChordAt(heard.Truth, frame * PitchSpectrum.FrameSeconds)))
            .Where(frame => frame.chord is not null).ToList();
        for (int i = 0; i < Math.Min(FramesOfWindow, labelled.Count); i++)
        {
            var (candidates, chord) = labelled[(2 * i + 1) * labelled.Count / (2 * FramesOfWindow)];
            yield return new(candidates, OneHot(12 * ChordListener.Qualities, chord!.Value.Quality * 12 + chord.Value.Root));
        }
    }

    // not at its edges
    private static (int Root, int Quality)? ChordAt(WindowRecord truth, double second) =>
        truth.Chords.LastOrDefault(chord => second >= chord.Start + 0.1 && second < chord.End - 0.1) is { } chord ? ParseChord(chord.Name) : null;

    private static ChoiceExample KeyExample(Heard heard, LinearChoice chords)
    {
        var key = Key.TryParse(heard.Truth.Key)!.Value;
        return new(AudioKeyEstimator.Candidates(heard.Pitches, chords), OneHot(24, key.Tonic + (key.IsMinor ? 12 : 0)));
    }

    private static float[] OneHot(int length, int place)
    {
        var values = new float[length];
        values[place] = 1;
        return values;
    }
}
