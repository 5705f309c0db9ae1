using Melody.Audio;

namespace Melody.Cli.Shared;

/// <summary>Music that a verb starts from.</summary>
internal static class SourceAudio
{
    /// <summary>Refuses a file that is missing, damaged or no audio, without reading its samples.</summary>
    /// <exception cref="MelodyException">Says which.</exception>
    public static void Check(string path)
    {
        using var reader = AudioReader.Open(path);
        if (reader.Frames is 0)
            throw new MelodyException($"'{path}' holds no sound; give at least a moment of music.");
    }

    /// <summary>The music, mono at the model's rate, mixed and resampled while it is read.</summary>
    /// <exception cref="MelodyException">The file is damaged, without sound, or longer than any music made here.</exception>
    public static Task<AudioClip> ReadAsync(string path, int sampleRate, CancellationToken cancellation) =>
        Task.Run(
                () =>
                {
                    var clip = AudioReader.ReadMono(path, sampleRate, GenerationOptions.LongestSeconds);
                    return clip.Frames > 0 ? clip : throw new MelodyException($"'{path}' holds no sound; give at least a moment of music.");
                },
                cancellation
            )
            .WaitAsync(cancellation); // a long file is not waited for

    /// <summary>A file's name without folder and extension.</summary>
    public static string Stem(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        return name.EndsWith(".latents", StringComparison.OrdinalIgnoreCase) ? name[..^".latents".Length] : name;
    }
}
