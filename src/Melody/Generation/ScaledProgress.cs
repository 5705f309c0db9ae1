namespace Melody;

/// <summary>Reports a part of a work as its share of the whole.</summary>
internal sealed class ScaledProgress : IProgress<GenerationProgress>
{
    private readonly IProgress<GenerationProgress> _whole;
    private readonly double _from,
        _share;

    private ScaledProgress(IProgress<GenerationProgress> whole, double from, double share) =>
        (_whole, _from, _share) = (whole, from, share);

    /// <summary>The part that begins at <paramref name="from"/> and is <paramref name="share"/> of the whole; null when nobody listens.</summary>
    public static IProgress<GenerationProgress>? Of(IProgress<GenerationProgress>? whole, double from, double share) =>
        whole is null ? null : new ScaledProgress(whole, from, share);

    /// <inheritdoc/>
    public void Report(GenerationProgress value) => _whole.Report(value with { Fraction = _from + _share * value.Fraction });
}
