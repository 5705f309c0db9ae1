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
        int id = _fontHolder == 0 ? -1 : FluidSynthLibrary.LoadSoundFont(_fontHolder, font.Path, 1);
        _font = id < 0 ? 0 : FluidSynthLibrary.FindSoundFont(_fontHolder, id);
        if (_font == 0)
        {
            Dispose();
            throw NotAFont(font);
        }
    }

    /// <summary>The font that plays.</summary>
    public SoundFont Font { get; }

    /// <summary>Rate, channels and the rest.</summary>
    public RenderSettings Settings => _settings;

    /// <summary>
    /// Plays a song from its start until its last note has died away or <see cref="RenderSettings.MaximumTailSeconds"/> have passed.
    /// </summary>
    /// <param name="song">The song.</param>
    /// <param name="cancellation">Ends the work within some thousand samples.</param>
    /// <exception cref="MelodyException">The song has no notes.</exception>
    public Waveform Render(MidiSong song, CancellationToken cancellation = default)
    {
        float[][] sides = Play(song, outputs: 1, [0], cancellation);
        if (_settings.Channels == 2)
            return new(sides, _settings.SampleRate);
        var (left, right) = (sides[0], sides[1]);
        float[] mono = new float[left.Length];
        for (int i = 0; i < mono.Length; i++)
            mono[i] = 0.5f * (left[i] + right[i]);
        return new([mono], _settings.SampleRate);
    }

    /// <summary>
    /// Plays a song as <see cref="Render"/> does, and gives what each channel with notes contributes to its sound. Channels
    /// beyond the sixteen of MIDI are possible, up to <see cref="MaximumChannels"/>; of these the tenth of every sixteen
    /// has drums.
    /// </summary>
    /// <param name="song">The song.</param>
    /// <param name="cancellation">Ends the work within some thousand samples.</param>
    /// <exception cref="MelodyException">The song has no notes.</exception>
    public IReadOnlyList<Stem> RenderStems(MidiSong song, CancellationToken cancellation = default)
    {
        int[] channels = [.. song.Tracks.Where(track => track.Notes.Count > 0).Select(track => track.Channel).Distinct().Order()];
        float[][] sides = Play(song, (channels.LastOrDefault() / 16 + 1) * 16, channels, cancellation);
        return [.. channels.Select((channel, i) => new Stem(channel, sides[2 * i], sides[2 * i + 1]))];
    }

    /// <summary>Channels that a song may use for <see cref="RenderStems"/>.</summary>
    public const int MaximumChannels = 64;

    // both sides of each kept output.
    private float[][] Play(MidiSong song, int outputs, int[] kept, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_fontHolder == 0, this);
        if (song.NoteCount == 0)
            throw new MelodyException($"The song '{song.Title}' has no notes to play.");
        int channels = Math.Max(16, outputs);
        // FluidSynth sends channel c to output c modulo the number of its groups.
        _ = FluidSynthLibrary.SetInteger(_nativeSettings, "synth.midi-channels", channels);
        _ = FluidSynthLibrary.SetInteger(_nativeSettings, "synth.audio-channels", outputs);
        _ = FluidSynthLibrary.SetInteger(_nativeSettings, "synth.audio-groups", outputs);
        nint synth = FluidSynthLibrary.NewSynth(_nativeSettings);
        if (synth == 0)
            throw new InvalidOperationException("FluidSynth did not start.");
        _ = FluidSynthLibrary.AddSoundFont(synth, _font);
        try
        {
            SetDrums(synth, song);
            for (int drums = MidiTrack.DrumChannel + 16; drums < channels; drums += 16)
            {
                _ = FluidSynthLibrary.SetChannelType(synth, drums, 1);
                _ = FluidSynthLibrary.SelectBank(synth, drums, 128);
                _ = FluidSynthLibrary.Program(synth, drums, 0);
            }
            return Play(synth, RenderSchedule.Build(song, _settings.SampleRate), channels, new(outputs, kept), cancellation);
        }
        finally
        {
            _ = FluidSynthLibrary.RemoveSoundFont(synth, _font);
            FluidSynthLibrary.DeleteSynth(synth);
        }
    }

    // channels whose kind is another than General MIDI's
    private static void SetDrums(nint synth, MidiSong song)
    {
        foreach (var track in song.Tracks.Where(track => track.Notes.Count > 0).DistinctBy(track => track.Channel))
            if (track.Channel < 16 && track.IsDrums != (track.Channel == MidiTrack.DrumChannel))
            {
                _ = FluidSynthLibrary.SetChannelType(synth, track.Channel, track.IsDrums ? 1 : 0);
                _ = FluidSynthLibrary.SelectBank(synth, track.Channel, track.IsDrums ? 128 : 0);
                _ = FluidSynthLibrary.Program(synth, track.Channel, 0);
            }
    }

    private float[][] Play(nint synth, RenderEvent[] events, int channels, Outputs outputs, CancellationToken cancellation)
    {
        long lastNote = events.Where(e => e.Kind is RenderEventKind.NoteOff).Max(e => e.Block);
        var buffer = new BlockBuffer(_settings, lastNote, outputs.Count, outputs.Kept);
        long block = 0L;
        foreach (var next in events)
        {
            if (next.Block > lastNote)
                break;
            if (next.Block > block)
            {
                buffer.Write(synth, next.Block - block, cancellation);
                block = next.Block;
            }
            Send(synth, next);
        }
        for (int channel = 0; channel < channels; channel++)
        {
            // a pedal that is still down would hold the last chord for as long as the font lets it ring
            _ = FluidSynthLibrary.Control(synth, channel, MidiController.Sustain, 0);
            _ = FluidSynthLibrary.AllNotesOff(synth, channel);
        }
        long tail = (long)(_settings.MaximumTailSeconds * _settings.SampleRate / Block);
        while (tail > 0 && FluidSynthLibrary.ActiveVoices(synth) > 0)
        {
            long blocks = Math.Min(tail, 16);
            buffer.Write(synth, blocks, cancellation);
            tail -= blocks;
        }
        return buffer.Take(lastNote * Block, Silence);
    }

    private readonly record struct Outputs(int Count, int[] Kept);

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
