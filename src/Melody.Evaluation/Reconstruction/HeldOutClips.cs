using Melody.Audio;
using Melody.Corpus.Records;
using Melody.Corpus.Storage;
using Melody.Training.Data;

namespace Melody.Evaluation.Reconstruction;

/// <summary>Clips of one length, spread evenly over music that a network was not trained on.</summary>
internal static class HeldOutClips
{
    /// <summary>From the test split of a corpus, or from all audio files below a folder that can be read.</summary>
    /// <param name="folder">Of the corpus or of the files.</param>
    /// <param name="sampleRate">Hz.</param>
    /// <param name="count">Clips at most.</param>
    /// <param name="seconds">Length of each.</param>
    /// <param name="leftOut">Receives a sentence for each file that cannot be read.</param>
    /// <exception cref="MelodyException">There is no music, or none as long as a clip.</exception>
    public static IReadOnlyList<AudioClip> Read(string folder, int sampleRate, int count, double seconds, ICollection<string> leftOut)
    {
        if (!File.Exists(Path.Combine(folder, CorpusPlan.FileName)))
            return Read(AudioFolder.Load(folder, sampleRate, leftOut), count, seconds);
        using var corpus = CorpusReader.Open(folder);
        return Read(new CorpusAudio(corpus, DatasetSplit.Test, sampleRate), count, seconds);
    }

    /// <summary>From any collection.</summary>
    public static IReadOnlyList<AudioClip> Read(IAudioCollection music, int count, double seconds)
    {
        int frames = (int)Math.Round(seconds * music.SampleRate);
        var places = new List<(int Piece, long Start)>();
        for (int piece = 0; piece < music.Count; piece++)
        for (long start = 0; start + frames <= music.Samples(piece); start += frames)
            places.Add((piece, start));
        if (places.Count == 0)
            throw new MelodyException($"No piece is as long as a clip of {seconds:0.#} s; ask for shorter clips.");
        count = Math.Min(count, places.Count);
        var clips = new List<AudioClip>();
        for (int i = 0; i < count; i++)
        {
            var (piece, start) = places[(int)((long)i * places.Count / count)];
            var samples = new float[frames];
            music.Read(piece, start, samples);
            if (samples.Any(s => Math.Abs(s) > 1e-4f))
                clips.Add(AudioClip.Adopt(samples, music.SampleRate));
        }
        return clips.Count > 0 ? clips : throw new MelodyException("All of the music is silent.");
    }
}
