using Melody.Audio;

namespace Melody.Cli.Shared;

/// <summary>Music that a verb starts from: a file, a pipe, or "-" for standard input.</summary>
internal static class SourceAudio
{
    /// <summary>Refuses a file that is missing, damaged or no audio, without reading its samples.</summary>
    /// <exception cref="MelodyException">Says which.</exception>
    public static async Task CheckAsync(string path, CommandContext context)
    {
        using var reader = await context.Sources.OpenAsync(path, context.Cancellation).ConfigureAwait(false);
        if (reader.Frames is 0)
            throw Silent(path);
    }

    /// <summary>The music, in the model's channels and at its rate, mixed and resampled while it is read.</summary>
    /// <exception cref="MelodyException">The file is damaged, without sound, or longer than any music made here.</exception>
    public static async Task<AudioClip> ReadAsync(string path, MusicModel model, CommandContext context)
    {
        var reader = await context.Sources.OpenAsync(path, context.Cancellation).ConfigureAwait(false);
        var clip = await Task.Run(
                () =>
                {
                    using (reader)
                        return reader.ReadMixed(model.SampleRate, model.Channels, GenerationOptions.LongestSeconds);
                },
                context.Cancellation
            )
            .WaitAsync(context.Cancellation) // a long file is not waited for
            .ConfigureAwait(false);
        if (reader.Remark is { } remark)
            context.Note(TerminalText.Line(remark));
        return clip.Frames > 0 ? clip : throw Silent(path);
    }

    /// <summary>The text in the file.</summary>
    /// <exception cref="MelodyException">The file is damaged or no audio.</exception>
    public static async Task<AudioMetadata> MetadataAsync(string path, CommandContext context)
    {
        using var reader = await context.Sources.OpenAsync(path, context.Cancellation).ConfigureAwait(false);
        return reader.Metadata;
    }

    /// <summary>How the music was made, where the file tells.</summary>
    /// <exception cref="MelodyException">The file is damaged or no audio.</exception>
    public static async Task<GenerationRecipe?> RecipeAsync(string path, CommandContext context) =>
        GenerationRecipe.FromAny((await MetadataAsync(path, context).ConfigureAwait(false)).Recipe);

    /// <summary>A file's name without folder and extension; "music" for a pipe.</summary>
    public static string Stem(string path)
    {
        if (SoundSources.IsNameless(path))
            return "music";
        var name = Path.GetFileNameWithoutExtension(path);
        return name.EndsWith(".latents", StringComparison.OrdinalIgnoreCase) ? name[..^".latents".Length] : name;
    }

    private static MelodyException Silent(string path) =>
        new($"'{SoundSources.NameOf(path)}' holds no sound; give at least a moment of music.");
}
