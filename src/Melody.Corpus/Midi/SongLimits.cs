namespace Melody.Corpus.Midi;

/// <summary>
/// What of a song can be rendered: checked before anything is made of it, so that no file of a few bytes takes hours or
/// gigabytes.
/// </summary>
internal static class SongLimits
{
    /// <summary>The longest song that is rendered, seconds.</summary>
    public const double MaximumSeconds = 30 * 60;

    /// <summary>The longest rendered sound, frames: 30 minutes at 44.1 kHz.</summary>
    public const long MaximumFrames = 80_000_000;

    /// <summary>The most notes of a song.</summary>
    public const int MaximumNotes = 200_000;

    /// <summary>The most changes of tempo, metre and key of a song.</summary>
    public const int MaximumChanges = 20_000;

    /// <summary>The most controller, program and pitch wheel events of a song.</summary>
    public const int MaximumControls = 500_000;

    /// <summary>The most of all of these; a file that holds more is not read to its end.</summary>
    public const int MaximumEvents = MaximumNotes + MaximumChanges + MaximumControls;

    /// <summary>Tempi at which music can sound, quarter notes a minute; a fermata may be slow, a file that leaps over time fast.</summary>
    public const double SlowestQuarters = 2,
        FastestQuarters = 2000;

    /// <summary>Fails with a sentence where a song is more than music is.</summary>
    /// <param name="song">The song.</param>
    /// <param name="name">What the sentence calls it.</param>
    /// <param name="sampleRate">Of the sound that is to be made, Hz.</param>
    /// <exception cref="MelodyException">It has no notes, or is too long, too dense, or at a tempo that cannot be played.</exception>
    public static void Require(MidiSong song, string name, int sampleRate)
    {
        if (song.NoteCount == 0)
            throw new MelodyException($"'{name}' has no notes.");
        double seconds = song.LengthSeconds;
        if (seconds > MaximumSeconds)
            throw Refuse(name, $"lasts {seconds / 60:0} minutes, and at most {MaximumSeconds / 60:0} can be rendered; cut it first");
        if (seconds * sampleRate > MaximumFrames)
            throw Refuse(name, $"lasts {seconds / 60:0} minutes, too long for {sampleRate} Hz; cut it, or render it at a lower rate");
        int changes = song.Tempos.Count + song.TimeSignatures.Count + song.KeySignatures.Count;
        long controls = song.Tracks.Sum(track => (long)track.Controls.Count + track.Programs.Count + track.PitchBends.Count);
        if (song.NoteCount > MaximumNotes || changes > MaximumChanges || controls > MaximumControls)
            throw Refuse(
                name,
                $"holds {song.NoteCount} notes, {changes} changes of tempo, metre or key and {controls} controls, more than any music has"
            );
        if (
            Sounding(song).FirstOrDefault(tempo => tempo.BeatsPerMinute is < SlowestQuarters or > FastestQuarters) is
            { MicrosecondsPerQuarter: > 0 } odd
        )
            throw Refuse(name, $"has a tempo of {odd.BeatsPerMinute:0.##} quarter notes a minute, at which no music can be played");
    }

    // the tempi that hold while there are notes to come
    private static IEnumerable<TempoChange> Sounding(MidiSong song)
    {
        long first = song.Tracks.SelectMany(track => track.Notes).Min(note => note.Start);
        long last = song.LengthTicks;
        for (int i = 0; i < song.Tempos.Count; i++)
        {
            long until = i + 1 < song.Tempos.Count ? song.Tempos[i + 1].Tick : long.MaxValue;
            if (until > Math.Max(first, song.Tempos[i].Tick) && song.Tempos[i].Tick < last)
                yield return song.Tempos[i];
        }
    }

    private static MelodyException Refuse(string name, FormattableString what) => new($"'{name}' {FormattableString.Invariant(what)}.");
}
