using Melody.Corpus.Description;

namespace Melody.Training.Data;

/// <summary>Targets that tell one kind of thing.</summary>
/// <param name="Name">What they tell.</param>
/// <param name="First">The first of them.</param>
/// <param name="Count">How many.</param>
internal sealed record NoteTargetGroup(string Name, int First, int Count);

/// <summary>
/// What the score says of each frame of 1 / 25 s, as 0 or 1: the pitch classes that sound, the pitch class of the lowest
/// note, onsets (of pitched notes, bass drum, snare, other drums), beat and downbeat, the instrument families that sound,
/// and the octaves; and as (1 + cos) / 2 and (1 + sin) / 2 how far the beat has come.
/// </summary>
internal static class NoteTargets
{
    private const int PitchClasses = 12, Chroma = 0, Bass = 12, Onsets = 24, Beat = 28, Downbeat = 29, Families = 30, Phase = 42, Registers = 44,
        BassDrum = 1, Snare = 2, OtherDrum = 3, RegisterCount = 5, LowestRegister = 36;

    // a drum is struck and rings on; its family sounds for so long
    private const double DrumSeconds = 0.5;

    /// <summary>Values in a frame.</summary>
    public const int Count = Registers + RegisterCount;

    /// <summary>All of them, by what they tell.</summary>
    public static IReadOnlyList<NoteTargetGroup> Groups { get; } =
    [
        new("chroma (pitch classes that sound)", Chroma, PitchClasses), new("bass (pitch class of the lowest note)", Bass, PitchClasses),
        new("onsets (notes and drums)", Onsets, 4), new("beats and downbeats", Beat, 2), new("instrument families that sound", Families, 12),
        new("phase of the beat", Phase, 2), new("octaves that sound", Registers, RegisterCount),
    ];

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
            double end = note.Start + (drum ? DrumSeconds : note.Length);
            int first = (int)Math.Floor((note.Start - start) / frameSeconds), last = (int)Math.Ceiling((end - start) / frameSeconds) - 1;
            for (int frame = Math.Max(0, first); frame <= Math.Min(Math.Max(first, last), frames - 1); frame++)
            {
                Set(into, frame, Families + Instruments.FamilyIndex(note.Program));
                if (drum) continue;
                Set(into, frame, Chroma + note.Pitch % PitchClasses);
                Set(into, frame, Registers + Math.Clamp((note.Pitch - LowestRegister) / PitchClasses, 0, RegisterCount - 1));
                lowest[frame] = Math.Min(lowest[frame], note.Pitch);
            }
            // a note at the window's very beginning may have been cut there; it is no onset that can be heard
            if (first >= 0 && first < frames && note.Start > 0) Set(into, first, Onsets + (drum ? Drum(note.Pitch) : 0));
        }
        for (int frame = 0; frame < frames; frame++)
            if (lowest[frame] < int.MaxValue) Set(into, frame, Bass + lowest[frame] % PitchClasses);
        Mark(record.Beats, Beat, into);
        Mark(record.Downbeats, Downbeat, into);
        for (int frame = 0; frame < frames; frame++)
        {
            double angle = 2 * Math.PI * BeatPhase(record, start + (frame + 0.5) * frameSeconds);
            into[frame * Count + Phase] = (float)(0.5 + 0.5 * Math.Cos(angle));
            into[frame * Count + Phase + 1] = (float)(0.5 + 0.5 * Math.Sin(angle));
        }

        void Mark(IReadOnlyList<double> times, int target, Span<float> values)
        {
            foreach (double time in times)
                if (Math.Floor((time - start) / frameSeconds) is >= 0 and var at && at < frames) Set(values, (int)at, target);
        }
    }

    // 0 on a beat, towards 1 before the next; beyond the first and the last beat the tempo of the window goes on
    private static double BeatPhase(WindowRecord record, double time)
    {
        if (record.Beats.Count == 0) return 0;
        int after = 0;
        while (after < record.Beats.Count && record.Beats[after] <= time) after++;
        double beat = 60 / record.Bpm, before = after > 0 ? record.Beats[after - 1] : record.Beats[0];
        if (after > 0 && after < record.Beats.Count) beat = record.Beats[after] - before;
        double phase = (time - before) / beat;
        return phase - Math.Floor(phase);
    }

    private static void Set(Span<float> values, int frame, int target) => values[frame * Count + target] = 1;

    // General MIDI's percussion map
    private static int Drum(int key) => key switch { 35 or 36 => BassDrum, >= 37 and <= 40 => Snare, _ => OtherDrum };
}
