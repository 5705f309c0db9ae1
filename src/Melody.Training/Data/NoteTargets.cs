using Melody.Corpus.Records;
using Melody.Music;
using Melody.SemanticTokens;

namespace Melody.Training.Data;

/// <summary>
/// What the score says of each frame of 1 / 25 s: the <see cref="FrameFacts"/> that a tokenizer's readout learns, as 0 or 1 but for the
/// phase.
/// </summary>
internal static class NoteTargets
{
    private const int LowestOctave = 36;

    // a drum is struck and rings on; its family sounds for so long
    private const double DrumSeconds = 0.5;

    /// <summary>Fills frames that begin <paramref name="start"/> seconds into a window.</summary>
    /// <param name="record">What is known of the window.</param>
    /// <param name="start">Seconds.</param>
    /// <param name="frameSeconds">Length of a frame.</param>
    /// <param name="into">[frames, <see cref="FrameFacts.Count"/>], flat, all zero.</param>
    public static void Fill(WindowRecord record, double start, double frameSeconds, Span<float> into)
    {
        int frames = into.Length / FrameFacts.Count;
        var (lowest, highest) = (new int[frames], new int[frames]);
        Array.Fill(lowest, int.MaxValue);
        Array.Fill(highest, -1);
        foreach (var note in record.Notes)
        {
            bool drum = note.Program == Instrument.DrumKit;
            double end = note.Start + (drum ? DrumSeconds : note.Length);
            int first = (int)Math.Floor((note.Start - start) / frameSeconds),
                last = (int)Math.Ceiling((end - start) / frameSeconds) - 1;
            for (int frame = Math.Max(0, first); frame <= Math.Min(Math.Max(first, last), frames - 1); frame++)
            {
                Set(into, frame, FrameFacts.Families + (int)Instruments.Of(note.Program).Family);
                if (drum)
                    continue;
                Set(into, frame, FrameFacts.Chroma + note.Pitch % FrameFacts.PitchClasses);
                Set(into, frame, FrameFacts.Octaves + Octave(note.Pitch));
                lowest[frame] = Math.Min(lowest[frame], note.Pitch);
                highest[frame] = Math.Max(highest[frame], note.Pitch);
            }
            // a note at the window's very beginning may have been cut there; it is not an onset that can be heard
            if (first < 0 || first >= frames || note.Start <= 0)
                continue;
            int kind = drum ? Drum(note.Pitch) : 0,
                half = (note.Start - start) / frameSeconds - first < 0.5 - 1e-6 ? 0 : 1;
            Set(into, first, FrameFacts.Onsets + kind);
            Set(into, first, FrameFacts.HalfOnsets + half * FrameFacts.OnsetKinds + kind);
        }
        for (int frame = 0; frame < frames; frame++)
        {
            if (highest[frame] < 0)
                continue;
            Set(into, frame, FrameFacts.Bass + lowest[frame] % FrameFacts.PitchClasses);
            Set(into, frame, FrameFacts.Melody + highest[frame] % FrameFacts.PitchClasses);
            Set(into, frame, FrameFacts.Melody + FrameFacts.PitchClasses + Octave(highest[frame]));
        }
        Mark(record.Beats, FrameFacts.Beat, into);
        Mark(record.Downbeats, FrameFacts.Downbeat, into);
        for (int frame = 0; frame < frames; frame++)
        {
            double angle = 2 * Math.PI * BeatPhase(record, start + (frame + 0.5) * frameSeconds);
            into[frame * FrameFacts.Count + FrameFacts.Phase] = (float)(0.5 + 0.5 * Math.Cos(angle));
            into[frame * FrameFacts.Count + FrameFacts.Phase + 1] = (float)(0.5 + 0.5 * Math.Sin(angle));
        }

        void Mark(IReadOnlyList<double> times, int target, Span<float> values)
        {
            foreach (double time in times)
                if (Math.Floor((time - start) / frameSeconds) is >= 0 and var at && at < frames)
                    Set(values, (int)at, target);
        }
    }

    // 0 on a beat, towards 1 before the next; beyond the first and the last beat the tempo of the window goes on
    private static double BeatPhase(WindowRecord record, double time)
    {
        if (record.Beats.Count == 0)
            return 0;
        int after = 0;
        while (after < record.Beats.Count && record.Beats[after] <= time)
            after++;
        double beat = 60 / record.Bpm,
            before = after > 0 ? record.Beats[after - 1] : record.Beats[0];
        if (after > 0 && after < record.Beats.Count)
            beat = record.Beats[after] - before;
        double phase = (time - before) / beat;
        return phase - Math.Floor(phase);
    }

    private static int Octave(int pitch) => Math.Clamp((pitch - LowestOctave) / FrameFacts.PitchClasses, 0, FrameFacts.OctaveCount - 1);

    private static void Set(Span<float> values, int frame, int target) => values[frame * FrameFacts.Count + target] = 1;

    // General MIDI's percussion map
    private static int Drum(int key) =>
        key switch
        {
            35 or 36 => FrameFacts.BassDrum,
            >= 37 and <= 40 => FrameFacts.Snare,
            _ => FrameFacts.OtherDrum,
        };
}
