using Melody.Options;
using Melody.Steering;

namespace Melody.LanguageModel;

/// <summary>How the next semantic token is chosen from its scores. The defaults are MusicLM's: the plain distribution.</summary>
internal sealed record TokenSamplingOptions
{
    /// <summary>Divides the scores; below 1 the likely become likelier, 0 always takes the likeliest.</summary>
    [Option(
        "temperature",
        Least = 0,
        Most = 10,
        Name = "--temperature",
        Help = "Sampling temperature of the semantic tokens; {default} by default, 0 is greedy."
    )]
    public double Temperature { get; init; } = 1;

    /// <summary>Only the k likeliest tokens; null for all.</summary>
    [Option(
        "top-k",
        Least = 1,
        Most = int.MaxValue,
        Range = "1 or more",
        Name = "--top-k",
        Help = "Sample from this many likeliest tokens only; all by default."
    )]
    public int? TopK { get; init; }

    /// <summary>
    /// Only the smallest set of likeliest tokens with at least this probability together (nucleus sampling, Holtzman et al., 2020); null
    /// or 1 for all.
    /// </summary>
    [Option(
        "top-p",
        Least = 1e-6,
        Most = 1,
        Range = "more than 0 and at most 1",
        Name = "--top-p",
        Help = "Sample from the likeliest tokens that together reach this probability; all by default."
    )]
    public double? TopP { get; init; }

    /// <summary>
    /// Classifier-free guidance: scores become s + (guidance - 1)(s - s0) with s0 those of the same model without prefix and
    /// controls; 1 is off and costs nothing, more follows the prompt harder and doubles the work.
    /// </summary>
    [Option(
        "semantic guidance",
        Least = 0,
        Most = 20,
        Unit = " (1 is none)",
        Name = "--semantic-guidance",
        Help = "How closely the semantic tokens follow the prompt, tempo and key; {default} by default, 1 is none."
    )]
    public double SemanticGuidance { get; init; } = 1;

    /// <summary>
    /// How strongly tokens are steered towards what is asked for, by <see cref="FactGuidance"/> where the sampler has one; 0 is off.
    /// </summary>
    [Option(
        "steering",
        Least = 0,
        Most = 20,
        Unit = " (0 is none)",
        Name = "--steering",
        Help = "How strongly tokens are steered towards tempo, key and instruments that are asked for; {default} by default, 0 is off."
    )]
    public double Steering { get; init; }

    /// <exception cref="MelodyException">A value is out of its range.</exception>
    public void Validate() => OptionProperty.Check(this);
}
