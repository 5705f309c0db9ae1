using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Melody.Audio;
using Melody.Evaluation.Metrics;
using Melody.Foundation;

namespace Melody.Evaluation.Reconstruction;

/// <summary>
/// Opus or MP3 through the program ffmpeg (https://ffmpeg.org), as anchors that everyone knows. ffmpeg takes the encoders'
/// delay away again; sizes are those of whole files. They are given folded sound, which is what is compared, and spend all of their bits
/// on it.
/// </summary>
internal sealed class FfmpegCodec : ICodec
{
    private readonly string _encoder,
        _extension;
    private readonly int _kilobits;

    private FfmpegCodec(string name, string encoder, string extension, int kilobits)
    {
        (_encoder, _extension, _kilobits) = (encoder, extension, kilobits);
        Name = string.Create(CultureInfo.InvariantCulture, $"{name}, {kilobits} kbit/s");
        var encoders = Run(["-hide_banner", "-encoders"]);
        Unavailable =
            encoders is null ? "ffmpeg is not installed"
            : encoders.Contains(encoder, StringComparison.Ordinal) ? null
            : $"this ffmpeg has no {encoder}";
    }

    /// <summary>Opus at a mean rate.</summary>
    public static FfmpegCodec Opus(int kilobits) => new("Opus", "libopus", ".opus", kilobits);

    /// <summary>MP3 at a constant rate.</summary>
    public static FfmpegCodec Mp3(int kilobits) => new("MP3", "libmp3lame", ".mp3", kilobits);

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string? Unavailable { get; }

    /// <inheritdoc/>
    public Rebuilt Rebuild(AudioClip clip, CancellationToken cancellation)
    {
        using var folder = WorkFolder.Create("codec");
        string original = Path.Combine(folder.Path, "original.wav"),
            encoded = Path.Combine(folder.Path, "encoded" + _extension),
            decoded = Path.Combine(folder.Path, "decoded.wav");
        clip = FoldedSound.Of(clip);
        clip.Write(original, new() { BitDepth = 32 });
        Require([
            "-v",
            "error",
            "-y",
            "-i",
            original,
            "-c:a",
            _encoder,
            "-b:a",
            string.Create(CultureInfo.InvariantCulture, $"{_kilobits}k"),
            encoded,
        ]);
        cancellation.ThrowIfCancellationRequested();
        Require([
            "-v",
            "error",
            "-y",
            "-i",
            encoded,
            "-ac",
            "1",
            "-ar",
            clip.SampleRate.ToString(CultureInfo.InvariantCulture),
            "-c:a",
            "pcm_f32le",
            decoded,
        ]);
        var samples = AudioClip.Read(decoded).Samples;
        var whole = new float[clip.Frames]; // the last block may be cut or padded
        samples[..Math.Min(samples.Length, whole.Length)].CopyTo(whole);
        return new(AudioClip.Adopt(whole, clip.SampleRate), new FileInfo(encoded).Length);
    }

    private void Require(string[] arguments)
    {
        if (Run(arguments) is null)
            throw new MelodyException(
                $"ffmpeg could not make or read {Name}; see whether it works by itself, or remove it to leave the row out."
            );
    }

    // what it prints, or null when it is missing or fails
    private static string? Run(string[] arguments)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo("ffmpeg", arguments)
                {
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                    RedirectStandardInput = true,
                }
            );
            if (process is null)
                return null;
            process.StandardInput.Close();
            var errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            errors.GetAwaiter().GetResult();
            return process.ExitCode == 0 ? output : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
