using Melody.Corpus.Records;
using Melody.Corpus.Storage;

namespace Melody.Training.Data;

/// <summary>Audio to train on and audio held out, from one or several corpora or from any folder of audio files.</summary>
internal sealed class TrainingAudio : IDisposable
{
    // of a plain folder, every twentieth piece is held out
    private const int HeldOut = 20;

    private TrainingAudio(IAudioCollection training, IAudioCollection validation, IReadOnlyList<CorpusReader> corpora) =>
        (Training, Validation, Corpora) = (training, validation, corpora);

    /// <summary>What is learned from.</summary>
    public IAudioCollection Training { get; }

    /// <summary>What only measures.</summary>
    public IAudioCollection Validation { get; }

    /// <summary>The corpora; none for a plain folder.</summary>
    public IReadOnlyList<CorpusReader> Corpora { get; }

    /// <summary>Opens a folder: a corpus when it has the plan of one, otherwise all audio files below it.</summary>
    /// <exception cref="MelodyException">There is nothing to hear, or the corpus is incomplete or of another rate.</exception>
    public static TrainingAudio Open(string folder, int sampleRate)
    {
        if (!File.Exists(Path.Combine(folder, CorpusPlan.FileName)))
        {
            var files = AudioFolder.Load(folder, sampleRate);
            if (files.Count < 2)
                throw new MelodyException($"'{folder}' holds one audio file only; training needs at least two, as one is held out.");
            return new(files.Take(i => i % HeldOut != 0), files.Take(i => i % HeldOut == 0), []);
        }
        return Open([folder], sampleRate);
    }

    /// <summary>Opens corpora, whose pieces count as those of one.</summary>
    /// <exception cref="MelodyException">A folder is not a corpus, incomplete or of another rate.</exception>
    public static TrainingAudio Open(IReadOnlyList<string> folders, int sampleRate)
    {
        if (folders is [var only] && !File.Exists(Path.Combine(only, CorpusPlan.FileName)))
            return Open(only, sampleRate);
        List<CorpusReader> corpora = [];
        try
        {
            foreach (string folder in folders)
                corpora.Add(CorpusReader.Open(folder));
            IAudioCollection Of(DatasetSplit split) =>
                new JoinedAudio([.. corpora.Select(corpus => new CorpusAudio(corpus, split, sampleRate))]);
            return new(Of(DatasetSplit.Train), Of(DatasetSplit.Validation), corpora);
        }
        catch
        {
            corpora.ForEach(corpus => corpus.Dispose());
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var corpus in Corpora)
            corpus.Dispose();
    }
}
