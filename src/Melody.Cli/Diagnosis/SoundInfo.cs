using System.Globalization;
using System.Text.Json;
using Melody.Audio;
using Melody.Cli.Shared;

namespace Melody.Cli.Diagnosis;

/// <summary>What <c>melody info FILE</c> tells of a sound file.</summary>
/// <param name="File">Its full path.</param>
/// <param name="Seconds">How long it lasts by its header; null where that does not say.</param>
/// <param name="SampleRate">Hz.</param>
/// <param name="Channels">Samples in a frame.</param>
/// <param name="Title">From the file.</param>
/// <param name="Software">From the file.</param>
/// <param name="Recipe">How Melody made it; null when it did not.</param>
internal sealed record SoundInfo(
    string File,
    double? Seconds,
    int SampleRate,
    int Channels,
    string? Title,
    string? Software,
    JsonElement? Recipe
)
{
    /// <summary>Prints it.</summary>
    /// <exception cref="MelodyException">The file is damaged or no audio.</exception>
    public static async Task ShowAsync(string path, CommandContext context)
    {
        using var reader = await context.Sources.OpenAsync(path, context.Cancellation).ConfigureAwait(false);
        var info = new SoundInfo(
            SoundSources.IsNameless(path) ? SoundSources.NameOf(path) : Path.GetFullPath(path),
            reader.Frames is { } frames ? Math.Round((double)frames / reader.SampleRate, 6) : null,
            reader.SampleRate,
            reader.Channels,
            reader.Metadata.Title,
            reader.Metadata.Software,
            RecipeOf(reader.Metadata)
        );
        context.WriteResult(info, console =>
        {
            var writer = console.Profile.Out.Writer; // lines are not broken: a recipe may be long
            writer.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{TerminalText.Line(info.File)}: {info.Seconds?.ToString("0.##", null) ?? "?"} s, {info.SampleRate} Hz, "
                        + $"{info.Channels} channel{(info.Channels == 1 ? "" : "s")}"
                )
            );
            if (info.Title is not null)
                writer.WriteLine($"title     {TerminalText.Line(info.Title)}");
            if (info.Software is not null)
                writer.WriteLine($"software  {TerminalText.Line(info.Software)}");
            writer.WriteLine(
                $"recipe    {(info.Recipe is { } recipe ? JsonOutput.Serialize(recipe) : "none: Melody did not make this file")}"
            );
            if (reader.Remark is { } remark)
                writer.WriteLine($"note      {TerminalText.Line(remark)}");
        });
    }

    // a comment of other origin is not a recipe
    private static JsonElement? RecipeOf(AudioMetadata metadata)
    {
        if (metadata.Recipe is not { } text)
            return null;
        try
        {
            GenerationRecipe.FromJson(text);
            return JsonElement.Parse(text);
        }
        catch (Exception e) when (e is MelodyException or JsonException)
        {
            return null;
        }
    }
}
