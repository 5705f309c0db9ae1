using Melody.Corpus.Midi;

namespace Melody.Corpus.Rendering;

/// <summary>
/// FluidSynth with one sound font, kept for many songs. The sound of a song depends on the song, the font and the
/// settings alone. Not for several threads at once; make one a thread (they share the samples of a font).
/// </summary>
/// <remarks>
/// A reset does not bring FluidSynth back to its first state: a voice that plays again starts from the amplitude of
/// the note that it played last. So the font, which is slow to load, stays in one synthesiser, and every song is
/// played by a new one that borrows it.
/// </remarks>
internal sealed class Synthesizer : IDisposable
{
    private const int Block = RenderSchedule.BlockSize;
    private const float Silence = 1e-5f;

    private readonly RenderSettings _settings;
    private nint _nativeSettings;
    private nint _fontHolder;
    private nint _font;

    /// <summary>Starts the synthesiser and loads the font.</summary>
    /// <exception cref="MelodyException">FluidSynth is missing, the font does not load, or the settings are out of range.</exception>
    public Synthesizer(SoundFont font, RenderSettings settings)
    {
        settings.Validate();
        FluidSynthLibrary.Require();
        _settings = settings;
        Font = font;
        if (!font.LooksComplete())
            throw NotAFont(font);
        _nativeSettings = FluidSynthLibrary.NewSettings();
        _ = FluidSynthLibrary.SetNumber(_nativeSettings, "synth.sample-rate", settings.SampleRate);
        _ = FluidSynthLibrary.SetNumber(_nativeSettings, "synth.gain", settings.Gain);
        _ = FluidSynthLibrary.SetInteger(_nativeSettings, "synth.polyphony", settings.Polyphony);
        _ = FluidSynthLibrary.SetInteger(_nativeSettings, "synth.lock-memory", 0);
        _ = FluidSynthLibrary.SetInteger(_nativeSettings, "synth.threadsafe-api", 0);
        _ = FluidSynthLibrary.SetInteger(_nativeSettings, "synth.reverb.active", 0);
        _ = FluidSynthLibrary.SetInteger(_nativeSettings, "synth.chorus.active", 0);
        _fontHolder = FluidSynthLibrary.NewSynth(_nativeSettings);
        var id = _fontHolder == 0 ? -1 : FluidSynthLibrary.LoadSoundFont(_fontHolder, font.Path, 1);
        _font = id < 0 ? 0 : FluidSynthLibrary.FindSoundFont(_fontHolder, id);
        if (_font == 0)
        {
            Dispose();
            throw NotAFont(font);
        }
    }

    /// <summary>The font that plays.</summary>
    public SoundFont Font { get; }

    /// <summary>Plays a song from its start until its last note has died away or <see cref="RenderSettings.MaximumTailSeconds"/> have passed.</summary>
    /// <exception cref="MelodyException">The song has no notes.</exception>
    public Waveform Render(MidiSong song)
    {
        ObjectDisposedException.ThrowIf(_fontHolder == 0, this);
        if (song.NoteCount == 0)
            throw new MelodyException($"The song '{song.Title}' has no notes to play.");
        var synth = FluidSynthLibrary.NewSynth(_nativeSettings);
        if (synth == 0)
            throw new InvalidOperationException("FluidSynth did not start.");
        _ = FluidSynthLibrary.AddSoundFont(synth, _font);
        try
        {
            SetDrums(synth, song);
            return Play(synth, RenderSchedule.Build(song, _settings.SampleRate));
        }
        finally
        {
            _ = FluidSynthLibrary.RemoveSoundFont(synth, _font);
            FluidSynthLibrary.DeleteSynth(synth);
        }
    }

    // Channels whose kind is another than General MIDI's; the program is set again, as the bank follows the kind only then.
    private static void SetDrums(nint synth, MidiSong song)
    {
        foreach (var track in song.Tracks.Where(track => track.Notes.Count > 0).DistinctBy(track => track.Channel))
            if (track.IsDrums != (track.Channel == MidiTrack.DrumChannel))
            {
                _ = FluidSynthLibrary.ChannelType(synth, track.Channel, track.IsDrums ? 1 : 0);
                _ = FluidSynthLibrary.Program(synth, track.Channel, 0);
            }
    }

    private Waveform Play(nint synth, RenderEvent[] events)
    {
        var lastNote = events.Where(e => e.Kind is RenderEventKind.NoteOff).Max(e => e.Block);
        var output = new BlockBuffer(_settings, lastNote);
        var block = 0L;
        foreach (var next in events)
        {
            if (next.Block > lastNote)
                break;
            if (next.Block > block)
            {
                output.Write(synth, next.Block - block);
                block = next.Block;
            }
            Send(synth, next);
        }
        for (var channel = 0; channel < 16; channel++)
        {
            // A pedal that is still down would hold the last chord for as long as the font lets it ring.
            _ = FluidSynthLibrary.Control(synth, channel, MidiController.Sustain, 0);
            _ = FluidSynthLibrary.AllNotesOff(synth, channel);
        }
        var tail = (long)(_settings.MaximumTailSeconds * _settings.SampleRate / Block);
        while (tail > 0 && FluidSynthLibrary.ActiveVoices(synth) > 0)
        {
            var blocks = Math.Min(tail, 16);
            output.Write(synth, blocks);
            tail -= blocks;
        }
        return output.ToWaveform(lastNote * Block, Silence);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_fontHolder != 0)
            FluidSynthLibrary.DeleteSynth(_fontHolder);
        if (_nativeSettings != 0)
            FluidSynthLibrary.DeleteSettings(_nativeSettings);
        (_fontHolder, _font, _nativeSettings) = (0, 0, 0);
        GC.SuppressFinalize(this);
    }

    ~Synthesizer() => Dispose();

    private static MelodyException NotAFont(SoundFont font) =>
        new($"The sound font '{font.Path}' does not load; is it a complete .sf2 or .sf3 file?");

    private static void Send(nint synth, RenderEvent next) =>
        _ = next.Kind switch
        {
            RenderEventKind.NoteOn => FluidSynthLibrary.NoteOn(synth, next.Channel, next.First, next.Second),
            RenderEventKind.NoteOff => FluidSynthLibrary.NoteOff(synth, next.Channel, next.First),
            RenderEventKind.Control => FluidSynthLibrary.Control(synth, next.Channel, next.First, next.Second),
            RenderEventKind.Program => FluidSynthLibrary.Program(synth, next.Channel, next.First),
            _ => FluidSynthLibrary.PitchBend(synth, next.Channel, next.First),
        };
}
