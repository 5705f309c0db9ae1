using System.Globalization;
using Melody.Audio;
using Melody.Corpus.Records;
using Melody.Corpus.Storage;
using Melody.Listening;
using Melody.Music;

namespace Melody.Evaluation.Estimators;

/// <summary>
/// Fits the <see cref="FittedWeights"/> on the train split of composed corpora. Every third window is heard with noise or
/// without treble, so that the estimators keep their way with generated sound.
/// </summary>
internal static class EstimatorFitting
{
    private const double Listening = 0.7,
        Ridge = 1,
        DrumRidge = 0.3,
        TempoBlur = 0.012;
    private const int KeyPasses = 12;

    /// <summary>Listens to the train split and fits.</summary>
    public static FittedWeights Fit(
        IReadOnlyList<CorpusReader> corpora,
        Action<double>? progress = null,
        CancellationToken cancellation = default
    )
    {
        var windows = corpora.SelectMany(corpus => corpus.WindowsOf(DatasetSplit.Train).Select(window => (corpus, window))).ToList();
        var (keys, tempi, drums) = (new List<KeyExample>(), new List<ChoiceExample>(), new List<ChoiceExample>());
        for (int i = 0; i < windows.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var (corpus, window) = windows[i];
            var truth = corpus.Describe(window);
            if (truth.Estimated)
                continue;
            var clip = Worsen(AudioClip.Adopt(corpus.Read(window), corpus.Plan.SampleRate, corpus.Plan.Channels).ToMono(), i);
            var levels = BandLevels.Of(clip);
            drums.Add(new(DrumPresence.Candidates(levels), truth.Drums ? [1, 0] : [0, 1]));
            var tempogram = new Tempogram(OnsetEnvelope.Of(levels));
            if (!tempogram.IsFlat && TempoAnswer(truth.Bpm) is { } answer)
                tempi.Add(new(tempogram.Candidates(), answer));
            if (MusicalKey.ParseOrNull(truth.Key) is { } key)
                keys.Add(new(KeyPicture.Of(PitchSpectrum.Of(clip)), key.Tonic + (key.IsMinor ? 12 : 0)));
            progress?.Invoke(Listening * (i + 1) / windows.Count);
        }
        if (keys.Count == 0 || tempi.Count == 0)
            throw new MelodyException("The corpus has no window whose truth is known; build one with 'melody corpus build'.");
        int frames = keys.Max(example => example.Picture.Frames);
        using var network = KeyTraining.Fit(
            [.. keys.Where(example => example.Picture.Frames == frames)],
            KeyPasses,
            done => progress?.Invoke(Listening + (1 - Listening) * done),
            cancellation
        );
        return new()
        {
            Provenance = string.Create(
                CultureInfo.InvariantCulture,
                $"melody evaluate fit-estimators: {drums.Count} windows of the train split of {string.Join(" and ", corpora.Select(Name))}"
            ),
            Keys = FittedWeights.Describe(network),
            Tempi = LinearChoice.Fit(tempi, Ridge),
            Drums = LinearChoice.Fit(drums, DrumRidge),
        };
    }

    private static string Name(CorpusReader corpus) =>
        string.Create(CultureInfo.InvariantCulture, $"a composed corpus of {corpus.Seconds / 3600:0.0} h, seed {corpus.Plan.Seed}");

    private static AudioClip Worsen(AudioClip clip, int index) =>
        (index % 6) switch
        {
            1 => Degradation.AddNoise(clip, 5 + index % 21, index),
            4 => Degradation.Darken(clip, 1500 + 450 * (index % 11)),
            _ => clip,
        };

    private static float[]? TempoAnswer(double bpm)
    {
        var weights = Enumerable
            .Range(0, Tempogram.Tempi)
            .Select(tempo => Math.Exp(-Math.Pow(Math.Log(Tempogram.Bpm(tempo) / bpm) / TempoBlur, 2) / 2))
            .ToArray();
        double sum = weights.Sum();
        return sum < 1 ? null : [.. weights.Select(weight => (float)(weight / sum))];
    }
}
