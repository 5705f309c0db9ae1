namespace Melody;

/// <summary>What is asked of music beyond its prompt; null leaves a value to the generator. Two with equal values are equal.</summary>
public sealed record MusicOptions
{
    /// <summary>Length, seconds.</summary>
    public double? Seconds { get; init; }

    /// <summary>The same seed, prompt and options make the same music with the same generator.</summary>
    public long? Seed { get; init; }

    /// <summary>Tempo, beats a minute.</summary>
    public double? Bpm { get; init; }

    /// <summary>Key such as "A minor".</summary>
    public string? Key { get; init; }

    /// <summary>Metre such as "3/4".</summary>
    public string? Metre { get; init; }

    /// <summary>What should not be heard, such as "drums, vocals".</summary>
    public string? NegativePrompt { get; init; }

    /// <summary>
    /// Options of the generator itself, such as <c>GenerationOptions</c> of Melody; the values above go over its own. Generators leave out
    /// what they do not know.
    /// </summary>
    public object? RawOptions { get; init; }
}
