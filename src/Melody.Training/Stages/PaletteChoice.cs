using Melody.Diffusion;
using Melody.Training.Data;
using static TorchSharp.torch;

namespace Melody.Training.Stages;

/// <summary>
/// Which passages of a corpus a palette keeps: one after the other that which most improves how well music finds a passage that fits it
/// (greedy facility location, which gains at least 63 % of what the best choice does: Nemhauser, Wolsey and Fisher, 1978).
/// </summary>
internal static class PaletteChoice
{
    // candidates and pieces of music for each passage that is kept, and how many tokens of that music are asked
    private const int Candidates = 8,
        Asked = 4,
        AskedTokens = 20;

    /// <summary>Fills a palette with passages of windows that are drawn as those of a training.</summary>
    /// <param name="palette">What is filled.</param>
    /// <param name="style">With its tables.</param>
    /// <param name="training">Windows to choose from.</param>
    /// <param name="config">Of the denoiser, with its scale.</param>
    /// <param name="cancellation">Checked before each piece of music that is asked.</param>
    public static void Fill(
        StylePalette palette,
        StyleMeasure style,
        LatentWindows training,
        DenoiserConfig config,
        CancellationToken cancellation
    )
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var device = style.Tables.device;
        Tensor candidates = Tokens(training, 0, palette.Size * Candidates, config).narrow(1, 0, palette.Length).to(device),
            asked = Tokens(training, 1_000_000, palette.Size * Asked, config).to(device);
        var known = config.Read(candidates);
        asked = config.Read(asked);
        long window = asked.shape[1],
            stride = Math.Max(1, window / AskedTokens);
        var fits = stack(
            Enumerable
                .Range(0, (int)asked.shape[0])
                .Select(music =>
                {
                    cancellation.ThrowIfCancellationRequested();
                    return StylePalette.Fit(known, asked.narrow(0, music, 1).slice(1, stride / 2, window, stride));
                })
                .ToList(),
            1
        );
        long[] kept = Choose(fits, palette.Size);
        var tokens = candidates.index_select(0, tensor(kept, device: device));
        int frames = palette.Length * config.FramesPerToken();
        var latents = stack([.. kept.Select(number => Latents(training, number, config).narrow(0, 0, frames))]).to(device);
        palette.Set(style.Residues(latents, tokens), tokens);
    }

    /// <summary>Numbers of candidates, the best first.</summary>
    /// <param name="fits">How well each fits each piece of music, [candidates, music].</param>
    /// <param name="count">How many; at most all.</param>
    public static long[] Choose(Tensor fits, int count)
    {
        using var scope = NewDisposeScope();
        var best = fits.amin([0L]);
        var chosen = new long[Math.Min(count, fits.shape[0])];
        var taken = zeros(fits.shape[0], ScalarType.Bool, fits.device);
        for (int i = 0; i < chosen.Length; i++)
        {
            using var step = NewDisposeScope();
            var gain = (fits - best).clamp_min(0).sum([1L]).masked_fill(taken, double.NegativeInfinity);
            chosen[i] = gain.argmax().item<long>();
            taken[chosen[i]] = true;
            best = best.maximum(fits[chosen[i]]).MoveToOuterDisposeScope();
        }
        return chosen;
    }

    // of at least so many windows, [windows, tokens, codebooks]
    private static Tensor Tokens(LatentWindows training, long first, int count, DenoiserConfig config)
    {
        var tokens = new List<Tensor>();
        while (tokens.Sum(batch => batch.shape[0]) < count)
            tokens.Add(training.Create(first++).TokenTensor(config, CPU));
        return cat(tokens);
    }

    // of one of these windows, [frames, D]
    private static Tensor Latents(LatentWindows training, long window, DenoiserConfig config) =>
        training.Create(window / training.Batch).ScaledLatents(config, CPU)[window % training.Batch];
}
