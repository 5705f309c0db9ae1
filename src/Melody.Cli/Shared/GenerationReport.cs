using System.Globalization;
using Melody.Audio;
using Melody.Music;
using Melody.Prompting;

namespace Melody.Cli.Shared;

/// <summary>One file of music.</summary>
/// <param name="File">Its path as it was given or chosen.</param>
/// <param name="Seconds">How long it lasts.</param>
/// <param name="Seed">What it was made with.</param>
/// <param name="WallSeconds">How long the making and the writing took.</param>
/// <param name="RealTimeFactor">Seconds of new sound made in a second of wall-clock time.</param>
/// <param name="ClippedSamples">Samples that were louder than full scale in a format that cannot hold them.</param>
internal sealed record FileReport(string File, double Seconds, long Seed, double WallSeconds, double RealTimeFactor, long ClippedSamples);

/// <summary>A part of the prompt that nothing was understood of.</summary>
/// <param name="Text">The part.</param>
/// <param name="Start">Where it begins in the prompt, in UTF-16 units.</param>
/// <param name="Length">How long it is.</param>
internal sealed record UnreadPart(string Text, int Start, int Length);

/// <summary>
/// What <c>generate</c>, <c>like</c>, <c>continue</c>, <c>inpaint</c> and <c>loop</c> print; the first fields tell of the first file.
/// </summary>
internal sealed record GenerationReport(
    string Task,
    string File,
    double Seconds,
    double NewSeconds,
    int SampleRate,
    long Seed,
    string? Prompt,
    string? Source,
    double? Bpm,
    string? Key,
    string? Metre,
    string? Instruments,
    IReadOnlyList<UnreadPart> NotUnderstood,
    string Model,
    string ModelHash,
    IReadOnlyList<AppliedAdapter> Adapters,
    bool Trained,
    ComputeDevice Device,
    double LoadSeconds,
    double WallSeconds,
    double RealTimeFactor,
    long ClippedSamples,
    IReadOnlyList<FileReport> Files
)
{
    /// <summary>From the recipe of the first file and the numbers of all.</summary>
    public static GenerationReport Make(GenerationRecipe recipe, LoadedModel loaded, IReadOnlyList<FileReport> files)
    {
        double fresh = NewSecondsOf(recipe),
            wall = files.Sum(f => f.WallSeconds);
        return new(
            recipe.Task,
            files[0].File,
            files[0].Seconds,
            fresh,
            loaded.Model.SampleRate,
            recipe.Seed,
            recipe.Prompt,
            recipe.Source,
            recipe.Bpm,
            recipe.Key,
            recipe.Metre,
            recipe.Instruments,
            UnreadIn(recipe, loaded.Model),
            recipe.Model,
            recipe.ModelHash,
            recipe.Adapters ?? [],
            loaded.Model.IsTrained,
            loaded.Model.Device,
            Round(loaded.Seconds),
            Round(wall),
            Round(fresh * files.Count / wall),
            files.Sum(f => f.ClippedSamples),
            files
        );
    }

    /// <summary>The entry of a file.</summary>
    public static FileReport Of(string path, AudioClip audio, Clipping clipping, GenerationRecipe recipe, TimeSpan wall) =>
        new(
            path,
            Math.Round(audio.Seconds, 6),
            recipe.Seed,
            Round(wall.TotalSeconds),
            Round(NewSecondsOf(recipe) / wall.TotalSeconds),
            clipping.Samples
        );

    /// <summary>The sentence for people.</summary>
    public static string Sentence(FileReport file) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{(file.File == "-" ? "standard output" : file.File)}: {file.Seconds:0.##} s, seed {file.Seed}, made in "
                + $"{file.WallSeconds:0.0} s ({file.RealTimeFactor:0.##} times real time){ClippedPart(file.ClippedSamples)}"
        );

    /// <summary>The end of a sentence on a file of which samples were clipped; nothing for none.</summary>
    public static string ClippedPart(long? samples) =>
        samples > 0 ? string.Create(CultureInfo.InvariantCulture, $", {samples:N0} {(samples == 1 ? "sample" : "samples")} clipped") : "";

    /// <summary>
    /// What the model was asked for beyond the prompt's tone, by options or by the prompt's words, and which words were not understood;
    /// null for nothing of either.
    /// </summary>
    public string? Asked()
    {
        string?[] parts = [Bpm is { } bpm ? FormattableString.Invariant($"{bpm:0.##} bpm") : null, Key, Metre, Instruments];
        string asked = string.Join(", ", parts.Where(part => part is not null)),
            unread = string.Join(", ", NotUnderstood.Select(part => $"'{part.Text}'").Distinct());
        if (asked.Length + unread.Length == 0)
            return null;
        if (asked.Length == 0)
            asked = "no particular tempo, key, metre or instrument";
        return $"Asked for: {asked}{(unread.Length > 0 ? $"; not understood: {unread}" : "")}.";
    }

    /// <summary>To milliseconds.</summary>
    public static double Round(double value) => Math.Round(value, 3);

    private static IReadOnlyList<UnreadPart> UnreadIn(GenerationRecipe recipe, MusicModel model) =>
        [
            .. PromptReader
                .NotUnderstood(recipe.Prompt, recipe.Options.NegativePrompt, model.Networks.JointEmbedding.Vocabulary)
                .Select(span => new UnreadPart(span.Text, span.Start, span.Length)),
        ];

    private static double NewSecondsOf(GenerationRecipe recipe) =>
        recipe is { RangeStart: { } start, RangeEnd: { } end } ? end - start : recipe.Options.Seconds;
}
