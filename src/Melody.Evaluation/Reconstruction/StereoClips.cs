using Melody.Audio;
using Melody.Corpus.Records;
using Melody.Corpus.Storage;

namespace Melody.Evaluation.Reconstruction;

/// <summary>Stereo clips of one length, spread evenly over music that a network was not trained on.</summary>
internal static class StereoClips
{
    private const float Silence = 1e-4f;

    /// <summary>From the test split of a corpus, or from all audio files of a folder; mono sound gets two equal channels.</summary>
    /// <exception cref="MelodyException">There is no music as long as a clip, or the corpus has another rate.</exception>
    public static List<AudioClip> Read(string folder, int sampleRate, int count, double seconds)
    {
        int frames = (int)Math.Round(seconds * sampleRate);
        var places = File.Exists(Path.Combine(folder, CorpusPlan.FileName))
            ? FromCorpus(folder, sampleRate, frames)
            : FromFiles(folder, sampleRate, frames);
        if (places.Count == 0)
            throw new MelodyException($"No piece in '{folder}' is as long as a clip of {seconds:0.#} s; ask for shorter clips.");
        count = Math.Min(count, places.Count);
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => places[(int)((long)i * places.Count / count)]())
                .Where(clip => clip.Samples.ToArray().Any(s => Math.Abs(s) > Silence)),
        ];
    }

    private static List<Func<AudioClip>> FromCorpus(string folder, int sampleRate, int frames)
    {
        using var corpus = CorpusReader.Open(folder);
        if (corpus.Plan.SampleRate != sampleRate || corpus.Plan.Channels != 2)
            throw new MelodyException(
                $"The corpus '{folder}' is not {sampleRate} Hz stereo; build one with --rate {sampleRate} --channels 2."
            );
        var places = new List<Func<AudioClip>>();
        foreach (var piece in corpus.PiecesOf(DatasetSplit.Test))
            for (long start = 0; start + frames <= piece.Frames; start += frames)
            {
                long at = start;
                places.Add(() =>
                {
                    using var reader = CorpusReader.Open(folder);
                    var samples = new float[2 * frames];
                    reader.Read(piece, at, samples);
                    return new(samples, sampleRate, 2);
                });
            }
        return places;
    }

    private static List<Func<AudioClip>> FromFiles(string folder, int sampleRate, int frames)
    {
        var places = new List<Func<AudioClip>>();
        foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.TopDirectoryOnly).Order(StringComparer.Ordinal))
        {
            var clip = AudioClip.Read(file).Resample(sampleRate);
            if (clip.Channels > 2)
                clip = clip.ToMono();
            float[] samples = clip.Channels == 2 ? clip.Samples.ToArray() : [.. clip.Samples.ToArray().SelectMany(s => new[] { s, s })];
            for (int start = 0; start + frames <= samples.Length / 2; start += frames)
            {
                int at = 2 * start;
                places.Add(() => new(samples.AsSpan(at, 2 * frames).ToArray(), sampleRate, 2));
            }
        }
        return places;
    }
}
