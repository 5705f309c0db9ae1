using System.Collections;
using System.Reflection;
using Melody.Corpus.Records;

namespace Melody.Corpus.Storage;

/// <summary>
/// Whether the lines of a shard hold what they must: hashes tell that a file is the one that was made, not that it was made
/// well.
/// </summary>
internal static class RecordCheck
{
    private const int LongestId = 100;
    private static readonly NullabilityInfoContext Nullability = new();

    // properties that hold a text, a record or a list and may not be null
    private static readonly Dictionary<Type, PropertyInfo[]> Required = new[] { typeof(PieceRecord), typeof(WindowRecord) }.ToDictionary(
        type => type,
        type =>
            type.GetProperties()
                .Where(property => !property.PropertyType.IsValueType && Nullability.Create(property).ReadState == NullabilityState.NotNull)
                .ToArray()
    );

    /// <summary>Fails with a sentence unless a line can be used.</summary>
    /// <param name="line">The line.</param>
    /// <param name="frames">Frames of the shard's audio, as its header says.</param>
    /// <param name="number">Number of the line, from 1.</param>
    /// <param name="path">What the sentence calls the file.</param>
    /// <exception cref="MelodyException">Something is missing or out of range.</exception>
    public static void Require(ShardLine line, long frames, int number, string path)
    {
        if (Find(line, frames) is { } fault)
            throw new MelodyException($"Line {number} of '{path}' cannot be used: {fault}; build the corpus again.");
    }

    private static string? Find(ShardLine line, long frames)
    {
        if (line.Shard is { } header)
            return header.Frames <= 0 || header.SampleRate <= 0 ? $"the shard has {header.Frames} frames at {header.SampleRate} Hz" : null;
        if (line.Piece is { } piece)
            return piece.Record is null ? "the piece has no record"
                : piece.FirstFrame < 0 || piece.Frames <= 0 || piece.Frames > frames - piece.FirstFrame
                    ? $"the piece claims frames {piece.FirstFrame} to {piece.FirstFrame + piece.Frames} of {frames}"
                : Missing(piece.Record) is { } missing ? $"{missing} of the piece is null"
                : Identity(piece.Record.Id);
        if (line.Window is { } window)
            return window.Record is null ? "the window has no record"
                : window.FirstFrame < 0 || window.Frames <= 0 || window.Frames > frames - window.FirstFrame
                    ? $"the window claims frames {window.FirstFrame} to {window.FirstFrame + window.Frames} of {frames}"
                : Missing(window.Record) is { } missing ? $"{missing} of the window is null"
                : !window.Record.Notes.All(IsNote) ? "a note has a pitch, a program or a time that no note has"
                : Identity(window.Record.PieceId);
        return "it is neither a shard nor a piece nor a window";
    }

    private static bool IsNote(NoteEvent note) =>
        note is { Pitch: >= 0 and <= 127, Program: >= 0 and <= 128 } && double.IsFinite(note.Start) && double.IsFinite(note.Length);

    // an identifier becomes the name of a file: no folder, no hidden name, nothing that a file system refuses
    private static string? Identity(string id) =>
        id.Length is 0 or > LongestId || id[0] == '.' || !id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            ? "the identifier of the piece is not a plain name"
            : null;

    // a member or an entry of a list that is null where the records say that it is not
    private static string? Missing(object record)
    {
        foreach (var property in Required[record.GetType()])
        {
            object? value = property.GetValue(record);
            if (value is null || (value is IEnumerable entries and not string && entries.Cast<object?>().Contains(null)))
                return char.ToLowerInvariant(property.Name[0]) + property.Name[1..];
        }
        return null;
    }
}
