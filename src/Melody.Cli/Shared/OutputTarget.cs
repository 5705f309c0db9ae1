using Melody.Audio;

namespace Melody.Cli.Shared;

/// <summary>A file of sound that is going to be written, or standard output.</summary>
/// <param name="Path">Of the file; "-" for standard output.</param>
/// <param name="Options">Format, bits and quality.</param>
internal sealed record OutputTarget(string Path, AudioWriteOptions Options)
{
    private const int TrialRate = 24000;

    public static OutputTarget StandardOutput(AudioWriteOptions options)
    {
        options.FormatFor("-", 1);
        return new("-", options);
    }

    private bool IsStandardOutput => Path == "-";

    /// <summary>Refuses a file that is there already, and opens the file for a moment: what would go wrong at the end goes wrong now.</summary>
    /// <exception cref="MelodyException">The file cannot be written there, or not in that format.</exception>
    public void Check(bool force)
    {
        Options.FormatFor(Path, 1);
        CheckName(Path, force);
        new AudioFileWriter(Path, TrialRate, 1, Options).Dispose();
    }

    /// <summary>Refuses devices always, and an existing file unless it may be replaced.</summary>
    /// <exception cref="MelodyException">Says which.</exception>
    public static void CheckName(string path, bool force)
    {
        if (!File.Exists(path))
            return;
        // a file is written beside its name and renamed, which would put it in the place of the device
        if (IsDevice(System.IO.Path.GetFullPath(path)))
            throw new MelodyException($"'{path}' is a device; give the name of a file to write, or '-' for standard output.");
        if (!force)
            throw new MelodyException($"'{path}' is there already; give another name, or --force to replace it.");
    }

    /// <summary>Refuses sound that the disk has no room for, as far as its size can be told.</summary>
    /// <param name="seconds">Of sound, in all files together.</param>
    /// <param name="sampleRate">Hz.</param>
    /// <exception cref="MelodyException">The disk is too full.</exception>
    public void RequireSpace(double seconds, int sampleRate)
    {
        if (IsStandardOutput || Options.FormatFor(Path, 1) != AudioFormat.Wav)
            return;
        RequireBytes(seconds * sampleRate * Options.BitDepth / 8, FreeBytes());
    }

    /// <summary>Refuses a need above what there is; <paramref name="free"/> is null where nobody knows.</summary>
    public void RequireBytes(double needed, long? free)
    {
        if (needed > free)
            throw new MelodyException(
                FormattableString.Invariant(
                    $"Cannot write '{Path}': it needs {Math.Ceiling(needed / 1e6)} MB, and the disk has {free.Value / 1e6:0.#} MB free; free some space or choose another folder."
                )
            );
    }

    /// <summary>Says so where the format clips some of the sound; null where it keeps all.</summary>
    public string? ClippingOf(AudioClip audio)
    {
        float peak = 0;
        int beyond = 0;
        foreach (float sample in audio.Samples)
        {
            float size = MathF.Abs(sample);
            peak = MathF.Max(peak, size);
            beyond += size > 1 ? 1 : 0;
        }
        return beyond == 0 || (Options.FormatFor(Path, 1) == AudioFormat.Wav && Options.BitDepth == 32)
            ? null
            : FormattableString.Invariant(
                $"{(IsStandardOutput ? "The sound" : $"'{Path}'")} is clipped: {beyond} samples are beyond full scale, by up to {20 * Math.Log10(peak):0.0} dB; set --loudness, or write 32 bit WAV to keep them."
            );
    }

    /// <summary>Writes the sound, whole or not at all.</summary>
    /// <exception cref="MelodyException">It cannot be written.</exception>
    public async Task WriteAsync(AudioClip audio, AudioMetadata metadata, CommandContext context)
    {
        var options = Options with { Metadata = metadata };
        context.Cancellation.ThrowIfCancellationRequested();
        if (IsStandardOutput)
            await WriteToOutputAsync(audio, options, context).ConfigureAwait(false);
        else
            await Task.Run(() => audio.Write(Path, options), context.Cancellation).ConfigureAwait(false);
    }

    // a header tells the length of what follows, so the file is completed in memory first
    private static async Task WriteToOutputAsync(AudioClip audio, AudioWriteOptions options, CommandContext context)
    {
        using var file = new MemoryStream();
        var format = options.Format!.Value;
        int rate = format.RateFor(audio.SampleRate);
        using (var writer = AudioWriter.Create(file, format, rate, audio.Channels, options))
        {
            writer.Write(audio.Resample(rate).Samples);
            writer.Finish();
        }
        file.Position = 0;
        try
        {
            await using var output = context.OpenBinaryOutput();
            await file.CopyToAsync(output, context.Cancellation).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw new MelodyException($"Cannot write to standard output: {e.Message}", e);
        }
    }

    private long? FreeBytes()
    {
        try
        {
            return new DriveInfo(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private static bool IsDevice(string path) =>
        !OperatingSystem.IsWindows()
        && (path.StartsWith("/dev/", StringComparison.Ordinal) && !path.StartsWith("/dev/shm/", StringComparison.Ordinal));
}
