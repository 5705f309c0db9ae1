using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Melody.Music;
using Melody.Weights;

namespace Melody.Evaluation.Prompts;

/// <summary>A sentence that every model is asked, and what an obedient answer sounds like; null where the sentence does not say.</summary>
internal sealed record EvaluationPrompt
{
    /// <summary>Unique; also the name of its files.</summary>
    public required string Id { get; init; }

    /// <summary>Of everything random in its music.</summary>
    public required long Seed { get; init; }

    /// <summary>How it is worded.</summary>
    public required PromptManner Manner { get; init; }

    /// <summary>The sentence.</summary>
    public required string Text { get; init; }

    /// <summary>Beats a minute.</summary>
    public double? Bpm { get; init; }

    /// <summary>For example "A minor".</summary>
    public string? Key { get; init; }

    /// <summary>Instrument families that it names, of the twelve.</summary>
    public IReadOnlyList<InstrumentFamily> Families { get; init; } = [];

    /// <summary>Whether the one family is to play alone.</summary>
    public bool Solo { get; init; }

    /// <summary>Whether drums are asked for or excluded.</summary>
    public bool? Drums { get; init; }

    /// <summary>One of the nine mood groups of the corpus.</summary>
    public string? Mood { get; init; }

    /// <summary>One of the genre families of the corpus.</summary>
    public string? Style { get; init; }
}

/// <summary>Where the wording of a prompt comes from.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PromptManner>))]
internal enum PromptManner
{
    /// <summary>Written freely, as people ask.</summary>
    Free,

    /// <summary>In the manner of the corpus' captions.</summary>
    Caption,

    /// <summary>Leaves everything open: nothing can be disobeyed.</summary>
    Vague,
}

/// <summary>The fixed list, part of the program.</summary>
internal static class PromptList
{
    private const string Resource = "Prompts/prompts.json";

    /// <summary>All prompts, in order.</summary>
    public static IReadOnlyList<EvaluationPrompt> All { get; } = Read();

    /// <summary>So many of them, spread evenly over the list.</summary>
    public static IReadOnlyList<EvaluationPrompt> Take(int count)
    {
        count = Math.Min(count, All.Count);
        return [.. Enumerable.Range(0, count).Select(i => All[(int)((long)i * All.Count / count)])];
    }

    private static List<EvaluationPrompt> Read()
    {
        using var stream = typeof(PromptList).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"{Resource} is not embedded.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var json = JsonDocument.Parse(reader.ReadToEnd()).RootElement;
        return [.. json.EnumerateArray().Select(prompt => ConfigJson.Read<EvaluationPrompt>(prompt, $"The prompt {prompt}"))];
    }
}
