using Melody.Audio;
using Melody.Corpus.Records;
using Melody.Corpus.Storage;
using Melody.Training.Data;

namespace Melody.Evaluation.Reconstruction;

/// <summary>Stereo clips of one length, spread evenly over music that a network was not trained on.</summary>
internal static class StereoClips
{
    private const float Silence = 1e-4f;

    /// <summary>From the test split of a corpus, or from all audio files below a folder; mono sound gets two equal channels.</summary>
    /// <param name="folder">Of the corpus or of the files.</param>
    /// <param name="sampleRate">Hz.</param>
    /// <param name="count">Clips at most.</param>
    /// <param name="seconds">Length of each.</param>
    /// <param name="leftOut">Receives a sentence for each file that cannot be read; without it one such file is refused.</param>
    /// <exception cref="MelodyException">There is no music as long as a clip, or the corpus has another rate.</exception>
    public static List<AudioClip> Read(string folder, int sampleRate, int count, double seconds, ICollection<string>? leftOut = null)
    {
        int frames = (int)Math.Round(seconds * sampleRate);
        return File.Exists(Path.Combine(folder, CorpusPlan.FileName))
            ? FromCorpus(folder, sampleRate, count, frames)
            : Chosen(FromFiles(folder, sampleRate, frames, leftOut), folder, count, seconds);
    }

    private static List<AudioClip> Chosen(List<Func<AudioClip>> places, string folder, int count, double seconds)
    {
        if (places.Count == 0)
            throw new MelodyException($"No piece in '{folder}' is as long as a clip of {seconds:0.#} s; ask for shorter clips.");
        count = Math.Min(count, places.Count);
        List<AudioClip> clips =
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => places[(int)((long)i * places.Count / count)]())
                .Where(clip => clip.Samples.ContainsAnyExceptInRange(-Silence, Silence)),
        ];
        return clips.Count > 0 ? clips : throw new MelodyException($"All of the music in '{folder}' is silent.");
    }

    private static List<AudioClip> FromCorpus(string folder, int sampleRate, int count, int frames)
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
                    var samples = new float[2 * frames];
                    corpus.Read(piece, at, samples);
                    return new(samples, sampleRate, 2);
                });
            }
        return Chosen(places, folder, count, (double)frames / sampleRate);
    }

    // one file at a time is held in memory
    private static List<Func<AudioClip>> FromFiles(string folder, int sampleRate, int frames, ICollection<string>? leftOut)
    {
        (string File, AudioClip Clip)? last = null;
        var places = new List<Func<AudioClip>>();
        foreach (string file in AudioFolder.FilesBelow(folder))
        {
            try
            {
                Load(file);
            }
            catch (MelodyException e) when (leftOut is not null)
            {
                leftOut.Add(e.Message);
                continue;
            }
            for (int start = 0; start + frames <= Load(file).Frames; start += frames)
            {
                int at = start;
                places.Add(() => Load(file).Slice(at, frames));
            }
        }
        return places;

        AudioClip Load(string file)
        {
            if (last is not { } held || held.File != file)
                last = (file, StereoMixdown.Of(AudioClip.Read(file)).Resample(sampleRate));
            return last.Value.Clip;
        }
    }
}
