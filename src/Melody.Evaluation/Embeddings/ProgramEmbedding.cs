using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Melody.Audio;

namespace Melody.Evaluation.Embeddings;

/// <summary>
/// An embedding that the user brings, such as VGGish or CLAP: a program that is given the name of a WAV file and prints the
/// vector, numbers between spaces, commas or brackets.
/// </summary>
internal sealed class ProgramEmbedding : IAudioEmbedding
{
    private static readonly char[] Separators = [' ', ',', ';', '\t', '\n', '\r', '[', ']'];
    private readonly string _program;
    private int _width;

    /// <param name="program">File of the program.</param>
    /// <exception cref="MelodyException">The file does not exist.</exception>
    public ProgramEmbedding(string program)
    {
        if (!File.Exists(program))
            throw new MelodyException(
                $"The program '{program}' does not exist; give the file of a program that prints the embedding of a WAV file."
            );
        _program = Path.GetFullPath(program);
        Name = $"{Path.GetFileName(program)} ({Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(program)))[..12]})";
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public float[] Embed(AudioClip clip)
    {
        var file = Path.Combine(Path.GetTempPath(), $"melody-{Guid.NewGuid():N}.wav");
        try
        {
            clip.Write(file);
            var values = Run(file).Split(Separators, StringSplitOptions.RemoveEmptyEntries);
            var vector = new float[values.Length];
            for (int i = 0; i < vector.Length; i++)
                if (
                    !float.TryParse(values[i], NumberStyles.Float, CultureInfo.InvariantCulture, out vector[i])
                    || !float.IsFinite(vector[i])
                )
                    throw new MelodyException($"The program '{_program}' printed '{values[i]}', which is not a number of an embedding.");
            if (vector.Length == 0 || _width != 0 && vector.Length != _width)
                throw new MelodyException(
                    $"The program '{_program}' printed {vector.Length} numbers; an embedding has the same number of them, at "
                        + $"least one, for every sound."
                );
            _width = vector.Length;
            return vector;
        }
        finally
        {
            File.Delete(file);
        }
    }

    private string Run(string file)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(_program, [file]) { RedirectStandardOutput = true, RedirectStandardError = true }
            )!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            var message = errors.GetAwaiter().GetResult().Trim();
            return process.ExitCode == 0
                ? output
                : throw new MelodyException(
                    $"The program '{_program}' ended with code {process.ExitCode}: {message.Split('\n')[^1].Trim()}"
                );
        }
        catch (Win32Exception e)
        {
            throw new MelodyException($"The program '{_program}' cannot be run: {e.Message.TrimEnd('.')}.", e);
        }
    }
}
