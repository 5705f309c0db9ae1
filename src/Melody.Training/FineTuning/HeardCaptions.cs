using System.Globalization;
using Melody.Corpus.Import;
using Melody.Corpus.Records;
using Melody.Corpus.Storage;

namespace Melody.Training.FineTuning;

/// <summary>
/// Gives windows without words captions: those of the file's name, or of everybody's, and what the judges heard. Windows that somebody
/// wrote about keep those words.
/// </summary>
/// <param name="source">The pieces; disposed of with this one.</param>
/// <param name="wordsOf">Words for a file by its name; null where there are none.</param>
internal sealed class HeardCaptions(IPieceSource source, Func<string, string?> wordsOf) : IPieceSource
{
    /// <inheritdoc/>
    public FinishedPiece? Make(int shard, int number, CancellationToken cancellation)
    {
        if (source.Make(shard, number, cancellation) is not { } piece)
            return null;
        var words = wordsOf(piece.Record.Sources[0].Path ?? "");
        return piece with { Windows = [.. piece.Windows.Select(window => Told(window, words))] };
    }

    /// <inheritdoc/>
    public void Dispose() => source.Dispose();

    /// <summary>Captions of a window: words, what is heard, and both.</summary>
    internal static IReadOnlyList<string> Captions(string? words, WindowRecord window)
    {
        var heard = new List<string>();
        if (window.Bpm > 0)
            heard.Add(string.Create(CultureInfo.InvariantCulture, $"{Math.Round(window.Bpm)} bpm"));
        if (window.Key != RecordingDescription.Unknown)
            heard.Add(window.Key);
        heard.Add(window.Drums ? "with drums" : "without drums");
        var sentence = string.Join(", ", heard);
        return words is null ? [sentence] : [$"{words}, {sentence}", words];
    }

    private static WindowRecord Told(WindowRecord window, string? words) =>
        window.Captions.Count + window.Tags.Count > 0 ? window : window with { Captions = Captions(words, window) };
}
