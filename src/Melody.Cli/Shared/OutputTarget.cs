using System.Globalization;
using Melody.Audio;

namespace Melody.Cli.Shared;

/// <summary>A file of sound that is going to be written, or standard output.</summary>
/// <param name="Path">Of the file; "-" for standard output.</param>
/// <param name="Options">Format, bits and quality.</param>
internal sealed record OutputTarget(string Path, AudioWriteOptions Options)
{
    private const int TrialRate = 24000;

    /// <summary>Whether a file that has the name may be replaced.</summary>
    public bool Replace { get; init; }

    public static OutputTarget StandardOutput(AudioWriteOptions options)
    {
        options.FormatFor("-", 1);
        return new("-", options);
    }

    private bool IsStandardOutput => Path == "-";

    /// <summary>
    /// Refuses a file that already exists, and opens the file for a moment: what would go wrong at the end goes wrong now.
    /// </summary>
    /// <exception cref="MelodyException">The file cannot be written there, or not in that format.</exception>
    public void Check()
    {
        Options.FormatFor(Path, 1);
        CheckName(Path, Replace);
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
            throw new MelodyException($"'{path}' already exists; give another name, or --force to replace it.");
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
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Cannot write '{Path}': it needs {Math.Ceiling(needed / 1e6)} MB, and the disk has {free.Value / 1e6:0.#} MB "
                        + $"free; free some space or choose another folder."
                )
            );
    }

    /// <summary>Says that a file could not have its name.</summary>
    /// <param name="asked">The name.</param>
    /// <param name="written">The one that it has.</param>
    /// <exception cref="MelodyException">They differ.</exception>
    public static void RequireName(string asked, string written)
    {
        if (asked != written)
            throw new MelodyException($"'{asked}' appeared while the work went on, and is left as it is; what was made is in '{written}'.");
    }

    /// <summary>Writes the sound, whole or not at all, and says what clips.</summary>
    /// <returns>
    /// The path that the file has, another one when a file of that name appeared that may not be replaced; and what was clipped.
    /// </returns>
    /// <exception cref="MelodyException">It cannot be written.</exception>
    public async Task<(string Path, Clipping Clipping)> WriteAsync(AudioClip audio, AudioMetadata metadata, CommandContext context)
    {
        var options = Options with { Metadata = metadata };
        context.Cancellation.ThrowIfCancellationRequested();
        var (path, clipping) = IsStandardOutput
            ? ("-", await WriteToOutputAsync(audio, options, context).ConfigureAwait(false))
            : await Task.Run(() => WriteFile(audio, options, context.Cancellation), context.Cancellation).ConfigureAwait(false);
        Tell(clipping, audio.Samples.Length, context);
        return (path, clipping);
    }

    /// <summary>Whether the sound can be written while it is made: a WAV file on standard output.</summary>
    public bool TakesStream => IsStandardOutput && Options.Format == AudioFormat.Wav;

    /// <summary>Writes sound to standard output while it is made, and says what clips.</summary>
    /// <param name="chunks">Samples with the recipe.</param>
    /// <param name="frames">How many there will be.</param>
    /// <param name="metadata">Of the recipe.</param>
    /// <param name="context">Where standard output is.</param>
    /// <returns>What was clipped.</returns>
    /// <exception cref="MelodyException">It cannot be written.</exception>
    public async Task<Clipping> WriteAsync(
        IAsyncEnumerable<AudioChunk> chunks,
        long frames,
        Func<GenerationRecipe, AudioMetadata> metadata,
        CommandContext context
    )
    {
        var clipping = default(Clipping);
        long samples = 0;
        try
        {
            await using var output = context.OpenBinaryOutput();
            WavWriter? writer = null;
            await foreach (var chunk in chunks.WithCancellation(context.Cancellation).ConfigureAwait(false))
            {
                writer ??= new(output, chunk.SampleRate, chunk.Channels, Options.BitDepth, metadata(chunk.Recipe), frames);
                writer.Write(chunk.Samples.Span);
                if (Options.BitDepth != 32)
                    clipping = clipping.With(chunk.Samples.Span);
                samples += chunk.Samples.Length;
                await output.FlushAsync(context.Cancellation).ConfigureAwait(false);
            }
            writer?.Finish();
        }
        catch (IOException e)
        {
            throw new MelodyException($"Cannot write to standard output: {e.Message}", e);
        }
        Tell(clipping, samples, context);
        return clipping;
    }

    private static void Tell(Clipping clipping, long samples, CommandContext context)
    {
        if (clipping.Samples > 0)
            context.Note(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{clipping.Samples:N0} {(clipping.Samples == 1 ? "sample" : "samples")} "
                        + $"({100.0 * clipping.Samples / samples:0.##} %) beyond full scale "
                        + $"{(clipping.Samples == 1 ? "was" : "were")} clipped, by up to {clipping.Decibels:0.0} dB; "
                        + $"--bits 32 in a WAV file keeps them."
                )
            );
    }

    private (string Path, Clipping Clipping) WriteFile(AudioClip audio, AudioWriteOptions options, CancellationToken cancellation)
    {
        using var writer = new AudioFileWriter(Path, audio.SampleRate, audio.Channels, options);
        audio.InBlocks(block =>
        {
            cancellation.ThrowIfCancellationRequested();
            writer.Write(block);
        });
        if (!Replace)
            return (writer.CommitUnlessTaken(), writer.Clipping);
        writer.Commit();
        return (Path, writer.Clipping);
    }

    // a header tells the length of what follows, so the file is completed in memory first
    private static async Task<Clipping> WriteToOutputAsync(AudioClip audio, AudioWriteOptions options, CommandContext context)
    {
        using var file = new MemoryStream();
        var clipping = audio.EncodeTo(file, options.Format!.Value, options);
        file.Position = 0;
        try
        {
            await using var output = context.OpenBinaryOutput();
            await file.CopyToAsync(output, context.Cancellation).ConfigureAwait(false);
            return clipping;
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
