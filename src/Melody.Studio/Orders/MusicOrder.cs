using System.Text.Json;
using System.Text.Json.Serialization;

namespace Melody.Studio.Orders;

/// <summary>What a client wants made; it is kept with the job, so that a restart makes the same music.</summary>
internal sealed record MusicOrder
{
    /// <summary>The most pieces of one order.</summary>
    public const int MostPieces = 4;

    /// <summary>The largest seed: every reader of JSON holds it exactly.</summary>
    public const long LargestSeed = (1L << 53) - 1;

    /// <summary>What is done.</summary>
    public required OrderTask Task { get; init; }

    /// <summary>What the music should be like; null for what the source is like.</summary>
    public string? Prompt { get; init; }

    /// <summary>Id of the song that the task starts from.</summary>
    public string? Source { get; init; }

    /// <summary>Where a remade passage begins, seconds.</summary>
    public double? From { get; init; }

    /// <summary>Where it ends, seconds.</summary>
    public double? To { get; init; }

    /// <summary>How many pieces, with seeds that follow on.</summary>
    public int Count { get; init; } = 1;

    /// <summary>How they are made.</summary>
    public MusicSettings Settings { get; init; } = new();

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>The options of one of the pieces, from 0.</summary>
    public GenerationOptions OptionsOf(int piece)
    {
        var options = Settings.ToOptions();
        return options with { Seed = options.Seed + (long)piece * options.BestOf };
    }

    /// <summary>The order as one line of JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>The order from JSON.</summary>
    /// <exception cref="JsonException">The text is not an order.</exception>
    public static MusicOrder FromJson(string json) => JsonSerializer.Deserialize<MusicOrder>(json, Json) ?? throw new JsonException();
}
