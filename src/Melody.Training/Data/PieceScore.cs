using Melody.Corpus.Records;

namespace Melody.Training.Data;

/// <summary>The score of a whole piece, put together from the windows that tell it.</summary>
internal static class PieceScore
{
    // times are rounded to milliseconds, at both ends of a note
    private const double Rounding = 0.002;

    /// <summary>
    /// One record over all windows, in seconds from the piece's beginning; a note that goes on behind a window's end is one note. Null
    /// where the score is not known: without a note, with a tempo that is estimated, or with windows that do not follow each other
    /// from the beginning on.
    /// </summary>
    /// <param name="windows">Of one piece, in order.</param>
    public static WindowRecord? Of(IReadOnlyList<WindowRecord> windows)
    {
        if (windows.All(window => window.Notes.Count == 0) || windows.Any(window => window.Estimated))
            return null;
        double end = 0;
        var notes = new List<NoteEvent>();
        var (beats, downbeats) = (new List<double>(), new List<double>());
        var sounding = new Dictionary<(int Program, int Pitch), int>();
        foreach (var window in windows)
        {
            if (Math.Abs(window.Start - end) > Rounding)
                return null;
            beats.AddRange(window.Beats.Select(time => window.Start + time));
            downbeats.AddRange(window.Downbeats.Select(time => window.Start + time));
            var before = sounding;
            sounding = [];
            foreach (var note in window.Notes)
            {
                var player = (note.Program, note.Pitch);
                if (note.Start == 0 && before.Remove(player, out int begun))
                    notes[begun] = notes[begun] with { Length = window.Start + note.Length - notes[begun].Start };
                else
                {
                    begun = notes.Count;
                    notes.Add(note with { Start = window.Start + note.Start });
                }
                if (note.Start + note.Length > window.Length - Rounding)
                    sounding[player] = begun;
            }
            end = window.Start + window.Length;
        }
        return windows[0] with { Length = end, Notes = notes, Beats = beats, Downbeats = downbeats };
    }
}
