using Melody.Conditioning;
using Melody.Foundation;
using Melody.Training.WordVectors;

namespace Melody.Training.Setup;

/// <summary>
/// The vocabulary of a joint embedding's training: chosen from the captions when it begins, and kept in the run folder,
/// so that it is the same when the training goes on.
/// </summary>
internal static class StartingVectors
{
    /// <param name="request">Names the run folder and, perhaps, pretrained vectors.</param>
    /// <param name="config">How text is read; only word towers have a vocabulary that is chosen here.</param>
    /// <param name="texts">All captions; read only when the training begins.</param>
    /// <exception cref="MelodyException">The pretrained vectors cannot be used.</exception>
    public static InitialVectors Make(TrainingRequest request, TextTowerConfig config, Func<IEnumerable<string>> texts)
    {
        if (config.Words is not { } words)
            return new(Vocabulary.Empty, [], []);
        var path = Path.Combine(request.RunFolder, Vocabulary.FileName);
        // the checkpoint holds the vectors, so the words are enough
        if (request.Resume && File.Exists(path))
        {
            var known = Vocabulary.Read(path);
            return new(known, [.. Enumerable.Repeat(float.NaN, known.Count * words.VectorWidth)], []);
        }
        var pretrained = request.WordVectors is { } file ? PretrainedVectors.Read(file) : null;
        var vectors = VocabularyBuilder.Build(texts(), pretrained, words);
        Directory.CreateDirectory(request.RunFolder);
        AtomicFile.WriteText(path, vectors.Vocabulary.ToText());
        return vectors;
    }
}
