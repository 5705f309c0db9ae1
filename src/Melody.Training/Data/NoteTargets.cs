using Melody.Corpus.Description;

namespace Melody.Training.Data;

/// <summary>
/// What the score says of each frame of 1 / 25 s, as 0 or 1: the pitch classes that sound, the pitch class of the lowest
/// note, onsets (of pitched notes, bass drum, snare, other drums), beat and downbeat, and the instrument families that sound.
/// </summary>
internal static class NoteTargets
{
    private const int PitchClasses = 12, Chroma = 0, Bass = 12, Onsets = 24, Beat = 28, Downbeat = 29, Families = 30, BassDrum = 1, Snare = 2, OtherDrum = 3;

    /// <summary>Values in a frame.</summary>
    public const int Count = 42;

    /// <summary>Fills frames that begin <paramref name="start"/> seconds into a window.</summary>
    /// <param name="record">What is known of the window.</param>
    /// <param name="start">Seconds.</param>
    /// <param name="frameSeconds">Length of a frame.</param>
    /// <param name="into">[frames, <see cref="Count"/>], flat, all zero.</param>
    public static void Fill(WindowRecord record, double start, double frameSeconds, Span<float> into)
    {
        int frames = into.Length / Count;
        var lowest = new int[frames];
        Array.Fill(lowest, int.MaxValue);
        foreach (var note in record.Notes)
        {
            bool drum = note.Program == Instrument.DrumKit;
            int first = (int)Math.Floor((note.Start - start) / frameSeconds), last = (int)Math.Ceiling((note.Start + note.Length - start) / frameSeconds) - 1;
            // a drum rings on its own: its frame is where it is struck
            if (drum) last = first;
            for (int frame = Math.Max(0, first); frame <= Math.Min(Math.Max(first, last), frames - 1); frame++)
            {
                Set(into, frame, Families + Instruments.FamilyIndex(note.Program));
                if (drum) continue;
                Set(into, frame, Chroma + note.Pitch % PitchClasses);
                lowest[frame] = Math.Min(lowest[frame], note.Pitch);
            }
            // a note at the window's very beginning may have been cut there; it is no onset that can be heard
            if (first >= 0 && first < frames && note.Start > 0) Set(into, first, Onsets + (drum ? Drum(note.Pitch) : 0));
        }
        for (int frame = 0; frame < frames; frame++)
            if (lowest[frame] < int.MaxValue) Set(into, frame, Bass + lowest[frame] % PitchClasses);
        Mark(record.Beats, Beat, into);
        Mark(record.Downbeats, Downbeat, into);

        void Mark(IReadOnlyList<double> times, int target, Span<float> values)
        {
            foreach (double time in times)
                if (Math.Floor((time - start) / frameSeconds) is >= 0 and var at && at < frames) Set(values, (int)at, target);
        }
    }

    private static void Set(Span<float> values, int frame, int target) => values[frame * Count + target] = 1;

    // General MIDI's percussion map
    private static int Drum(int key) => key switch { 35 or 36 => BassDrum, >= 37 and <= 40 => Snare, _ => OtherDrum };
}
