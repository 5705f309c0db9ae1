using Melody.Steering;

namespace Melody.LanguageModel;

/// <summary>How the next semantic token is chosen from its scores. The defaults are MusicLM's: the plain distribution.</summary>
internal sealed record TokenSamplingOptions
{
    /// <summary>Divides the scores; below 1 the likely become likelier, 0 always takes the likeliest.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Only the k likeliest tokens; null for all.</summary>
    public int? TopK { get; init; }

    /// <summary>Only the smallest set of likeliest tokens with at least this probability together (nucleus sampling, Holtzman et al., 2020); null or 1 for all.</summary>
    public double? TopP { get; init; }

    /// <summary>
    /// Classifier-free guidance: scores become s + (guidance - 1)(s - s0) with s0 those of the same model without prefix and
    /// controls; 1 is off and costs nothing, more follows the prompt harder and doubles the work.
    /// </summary>
    public double Guidance { get; init; } = 1;

    /// <summary>How strongly tokens are steered towards what is asked for, by <see cref="FactGuidance"/> where the sampler has one; 0 is off.</summary>
    public double Steering { get; init; }

    /// <exception cref="MelodyException">A value makes no sense.</exception>
    public void Validate()
    {
        if (!(Temperature >= 0 && Temperature <= 100))
            throw new MelodyException(FormattableString.Invariant($"The temperature must lie between 0 and 100, but it is {Temperature}."));
        if (TopK is < 1)
            throw new MelodyException(FormattableString.Invariant($"Top-k must be at least 1, but it is {TopK}."));
        if (TopP is { } p && !(p > 0 && p <= 1))
            throw new MelodyException(FormattableString.Invariant($"Top-p must lie above 0 and not above 1, but it is {p}."));
        if (!(Guidance >= 0 && Guidance <= 100))
            throw new MelodyException(
                FormattableString.Invariant($"The guidance of the language model must lie between 0 and 100, but it is {Guidance}.")
            );
    }
}
