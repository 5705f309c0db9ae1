using System.Text.Json;
using System.Text.Json.Serialization;
using Melody.Audio;
using Melody.Music;

namespace Melody;

/// <summary>What a piece of music was made with. It is written into the metadata of every file as JSON.</summary>
public sealed record GenerationRecipe
{
    /// <summary>generate, like, continue, prepend, inpaint, loop.</summary>
    public required string Task { get; init; }

    /// <summary>The prompt's words, or null when the prompt was music.</summary>
    public string? Prompt { get; init; }

    /// <summary>The seed, also when it was drawn.</summary>
    public required long Seed { get; init; }

    /// <summary>The options; their seed is the one above.</summary>
    public required GenerationOptions Options { get; init; }

    /// <summary>
    /// The tempo that the model was asked for, from the options or read from the prompt, beats a minute. Where nobody asked for one and a
    /// piece was changed whose recipe is known, the tempo of that piece.
    /// </summary>
    public double? Bpm { get; init; }

    /// <summary>The key that the model was asked for, from the options or read from the prompt; else as <see cref="Bpm"/>.</summary>
    public string? Key { get; init; }

    /// <summary>The metre that the model was asked for, from the options or read from the prompt; else as <see cref="Bpm"/>.</summary>
    public string? Metre { get; init; }

    /// <summary>
    /// The instrument families that were read from the prompt, such as "piano alone, no drums"; null where it names none.
    /// </summary>
    public string? Instruments { get; init; }

    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>SHA-256 over the model's weights, hexadecimal.</summary>
    public required string ModelHash { get; init; }

    /// <summary>Version of the library.</summary>
    public required string Version { get; init; }

    /// <summary>Replaced range for an inpainting or a loop, seconds; that of a loop goes beyond its end, round to its beginning.</summary>
    public double? RangeStart { get; init; }

    /// <summary>End of the replaced range, seconds.</summary>
    public double? RangeEnd { get; init; }

    /// <summary>Name of the file that the music was made from, where it came from one.</summary>
    public string? Source { get; init; }

    /// <summary>The prompt with which that file's music was made, where it says so.</summary>
    public string? SourcePrompt { get; init; }

    /// <summary>
    /// Length of the whole result, seconds; null for a stream and in files of earlier versions. The options tell how much was to be made.
    /// </summary>
    public double? Seconds { get; init; }

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>The recipe with what is known of the music that it started from.</summary>
    /// <param name="source">The name of that music.</param>
    /// <param name="earlier">The recipe of that music; null where none is known.</param>
    internal GenerationRecipe From(string source, GenerationRecipe? earlier)
    {
        var kept = Task is "generate" or "like" ? null : earlier;
        return this with
        {
            Source = source,
            SourcePrompt = earlier?.Prompt ?? earlier?.SourcePrompt,
            Bpm = Bpm ?? kept?.Bpm,
            Key = Key ?? kept?.Key,
            Metre = Metre ?? kept?.Metre,
        };
    }

    /// <summary>The recipe as one line of JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>The recipe as what a sound file says about itself.</summary>
    public AudioMetadata ToMetadata() =>
        new()
        {
            Title = Prompt ?? $"{Task} {Source}".TrimEnd(),
            Software = MelodyVersion.SoftwareOf(Version),
            Recipe = ToJson(),
        };

    /// <summary>The recipe from JSON.</summary>
    /// <exception cref="MelodyException">The text is not a recipe.</exception>
    public static GenerationRecipe FromJson(string json)
    {
        try
        {
            var recipe = JsonSerializer.Deserialize<GenerationRecipe>(json, Json) ?? throw new JsonException();
            _ = recipe.ToJson(); // numbers beyond what a double holds come in as infinite
            return recipe;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new MelodyException("The text is not a Melody recipe.", e);
        }
    }

    /// <summary>The recipe from JSON; null where there is none, or one of another program or of a later version.</summary>
    internal static GenerationRecipe? FromAny(string? json)
    {
        try
        {
            return json is null ? null : FromJson(json);
        }
        catch (MelodyException)
        {
            return null;
        }
    }
}
