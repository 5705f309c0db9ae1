using Melody.Corpus.Records;
using Melody.Corpus.Storage;

namespace Melody.Training.Data;

/// <summary>Audio to train on and audio held out, from a corpus or from any folder of audio files.</summary>
internal sealed class TrainingAudio : IDisposable
{
    // of a plain folder, every twentieth piece is held out
    private const int HeldOut = 20;

    private TrainingAudio(IAudioCollection training, IAudioCollection validation, CorpusReader? corpus) =>
        (Training, Validation, Corpus) = (training, validation, corpus);

    /// <summary>What is learned from.</summary>
    public IAudioCollection Training { get; }

    /// <summary>What only measures.</summary>
    public IAudioCollection Validation { get; }

    /// <summary>The corpus; null for a plain folder.</summary>
    public CorpusReader? Corpus { get; }

    /// <summary>Opens a folder: a corpus when it has the plan of one, otherwise all audio files below it.</summary>
    /// <exception cref="MelodyException">There is nothing to hear, or the corpus is incomplete or of another rate.</exception>
    public static TrainingAudio Open(string folder, int sampleRate)
    {
        if (!File.Exists(Path.Combine(folder, CorpusPlan.FileName)))
        {
            var files = AudioFolder.Load(folder, sampleRate);
            if (files.Count < 2)
                throw new MelodyException($"'{folder}' holds one audio file only; training needs at least two, as one is held out.");
            return new(files.Take(i => i % HeldOut != 0), files.Take(i => i % HeldOut == 0), null);
        }
        var corpus = CorpusReader.Open(folder);
        try
        {
            return new(
                new CorpusAudio(corpus, DatasetSplit.Train, sampleRate),
                new CorpusAudio(corpus, DatasetSplit.Validation, sampleRate),
                corpus
            );
        }
        catch
        {
            corpus.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Corpus?.Dispose();
}
