using System.Reflection;
using System.Runtime.InteropServices;

namespace Melody.Corpus.Rendering;

/// <summary>The functions of FluidSynth 2 or 3 that rendering needs, and how the library is found.</summary>
internal static partial class FluidSynthLibrary
{
    /// <summary>What a user of Debian or Ubuntu types to have the synthesiser and a sound font.</summary>
    public const string InstallLine = "apt-get install libfluidsynth3 fluid-soundfont-gm";

    private const string Name = "fluidsynth";

    private static readonly string[] FileNames =
        OperatingSystem.IsWindows() ? ["libfluidsynth-3.dll", "libfluidsynth-2.dll", "fluidsynth.dll"]
        : OperatingSystem.IsMacOS() ? ["libfluidsynth.3.dylib", "libfluidsynth.dylib", "/opt/homebrew/lib/libfluidsynth.dylib"]
        : ["libfluidsynth.so.3", "libfluidsynth.so.2", "libfluidsynth.so"];

    private static readonly Lazy<nint> Handle = new(() =>
        FileNames.Select(file => NativeLibrary.TryLoad(file, out nint handle) ? handle : 0).FirstOrDefault(handle => handle != 0)
    );

    static FluidSynthLibrary()
    {
        NativeLibrary.SetDllImportResolver(typeof(FluidSynthLibrary).Assembly, (name, _, _) => name == Name ? Handle.Value : 0);
        if (IsAvailable)
            Silence();
    }

    /// <summary>Whether the library is installed.</summary>
    public static bool IsAvailable => Handle.Value != 0;

    /// <summary>The version of the library, e.g. 2.3.1.</summary>
    public static string Version => Marshal.PtrToStringAnsi(VersionText()) ?? "";

    /// <summary>Fails with the install line where the library is missing.</summary>
    public static void Require()
    {
        if (!IsAvailable)
            throw new MelodyException($"FluidSynth, which plays the music, is not installed; on Debian or Ubuntu: {InstallLine}.");
    }

    // the library prints complaints about sound fonts and full polyphony to the console; errors come back as codes
    private static void Silence()
    {
        for (int level = 0; level < 5; level++)
            _ = SetLogFunction(level, 0, 0);
    }

    [LibraryImport(Name, EntryPoint = "fluid_version_str")]
    private static partial nint VersionText();

    [LibraryImport(Name, EntryPoint = "fluid_set_log_function")]
    private static partial nint SetLogFunction(int level, nint function, nint data);

    [LibraryImport(Name, EntryPoint = "new_fluid_settings")]
    public static partial nint NewSettings();

    [LibraryImport(Name, EntryPoint = "delete_fluid_settings")]
    public static partial void DeleteSettings(nint settings);

    [LibraryImport(Name, EntryPoint = "fluid_settings_setnum", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetNumber(nint settings, string name, double value);

    [LibraryImport(Name, EntryPoint = "fluid_settings_setint", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetInteger(nint settings, string name, int value);

    [LibraryImport(Name, EntryPoint = "new_fluid_synth")]
    public static partial nint NewSynth(nint settings);

    [LibraryImport(Name, EntryPoint = "delete_fluid_synth")]
    public static partial void DeleteSynth(nint synth);

    [LibraryImport(Name, EntryPoint = "fluid_synth_sfload", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int LoadSoundFont(nint synth, string path, int resetPresets);

    [LibraryImport(Name, EntryPoint = "fluid_synth_get_sfont_by_id")]
    public static partial nint FindSoundFont(nint synth, int id);

    [LibraryImport(Name, EntryPoint = "fluid_synth_add_sfont")]
    public static partial int AddSoundFont(nint synth, nint font);

    [LibraryImport(Name, EntryPoint = "fluid_synth_remove_sfont")]
    public static partial int RemoveSoundFont(nint synth, nint font);

    [LibraryImport(Name, EntryPoint = "fluid_synth_noteon")]
    public static partial int NoteOn(nint synth, int channel, int pitch, int velocity);

    [LibraryImport(Name, EntryPoint = "fluid_synth_noteoff")]
    public static partial int NoteOff(nint synth, int channel, int pitch);

    [LibraryImport(Name, EntryPoint = "fluid_synth_cc")]
    public static partial int Control(nint synth, int channel, int controller, int value);

    [LibraryImport(Name, EntryPoint = "fluid_synth_program_change")]
    public static partial int Program(nint synth, int channel, int program);

    [LibraryImport(Name, EntryPoint = "fluid_synth_pitch_bend")]
    public static partial int PitchBend(nint synth, int channel, int value);

    [LibraryImport(Name, EntryPoint = "fluid_synth_all_notes_off")]
    public static partial int AllNotesOff(nint synth, int channel);

    [LibraryImport(Name, EntryPoint = "fluid_synth_get_active_voice_count")]
    public static partial int ActiveVoices(nint synth);

    [LibraryImport(Name, EntryPoint = "fluid_synth_set_channel_type")]
    public static partial int SetChannelType(nint synth, int channel, int type);

    [LibraryImport(Name, EntryPoint = "fluid_synth_bank_select")]
    public static partial int SelectBank(nint synth, int channel, int bank);

    // adds to the buffers; one that is null is left out
    [LibraryImport(Name, EntryPoint = "fluid_synth_process")]
    public static unsafe partial int Process(
        nint synth,
        int length,
        int effects,
        float** effectBuffers,
        int outputs,
        float** outputBuffers
    );
}
