namespace Melody.Generation;

/// <summary>The progress of one window as a share of the range that is made: first its tokens, then its diffusion steps.</summary>
internal sealed class WindowProgress
{
    /// <summary>What <see cref="GenerationProgress.Stage"/> says while the language model writes.</summary>
    public const string TokenStage = "semantic tokens";

    /// <summary>What it says while the denoiser works.</summary>
    public const string DiffusionStage = "diffusion";

    private readonly IProgress<GenerationProgress> _whole;
    private readonly double _from,
        _share;

    private WindowProgress(IProgress<GenerationProgress> whole, double from, double share) =>
        (_whole, _from, _share) = (whole, from, share);

    /// <summary>Null when nobody listens.</summary>
    public static WindowProgress? Of(IProgress<GenerationProgress>? whole, Window window, Timeline timeline)
    {
        if (whole is null)
            return null;
        double length = timeline.End - timeline.Start,
            from = (window.From - timeline.Start) / length;
        return new(whole, from, Math.Min(1, (window.Accepted - timeline.Start) / length) - from);
    }

    /// <summary>Counts tokens.</summary>
    public IProgress<int> Tokens(int count) => new Steps(this, TokenStage, 0, count);

    /// <summary>Counts diffusion steps.</summary>
    public IProgress<int> Diffusion(int count) => new Steps(this, DiffusionStage, 0.5, count);

    private sealed class Steps(WindowProgress window, string stage, double from, int count) : IProgress<int>
    {
        public void Report(int value) =>
            window._whole.Report(new(stage, window._from + window._share * (from + 0.5 * value / Math.Max(1, count))));
    }
}
