using Melody.Diffusion;
using Melody.Training.Data;
using static TorchSharp.torch;

namespace Melody.Training.Stages;

/// <summary>
/// Which passages of a corpus a palette keeps: one after the other that which most improves how well music finds a passage that fits it
/// (greedy facility location, within 63 % of the best choice: Nemhauser, Wolsey and Fisher, 1978).
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
    /// <param name="cancellation">Checked before each candidate.</param>
    /// <exception cref="MelodyException">The passages are longer than a window.</exception>
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
        int window = config.Frames * config.TokenRate / config.LatentRate,
            perToken = config.LatentRate / config.TokenRate;
        if (palette.Length > window)
            throw new MelodyException($"The denoiser's paletteTokens has to be at most {window}, those of a window, not {palette.Length}.");
        var device = style.Tables.device;
        var (latents, tokens) = Draw(training, 0, palette.Size * Candidates, config, device);
        var asked = Draw(training, 1_000_000, palette.Size * Asked, config, device).Tokens;
        tokens = tokens.narrow(1, 0, palette.Length);
        int stride = Math.Max(1, window / AskedTokens);
        var fits = stack(
            Enumerable
                .Range(0, (int)asked.shape[0])
                .Select(music =>
                {
                    cancellation.ThrowIfCancellationRequested();
                    return StylePalette.Fit(tokens, asked.narrow(0, music, 1).slice(1, stride / 2, window, stride));
                })
                .ToList(),
            1
        );
        var kept = tensor(Choose(fits, palette.Size), device: device);
        var residues = style.Residues(latents.index_select(0, kept).narrow(1, 0, palette.Length * perToken), tokens.index_select(0, kept));
        palette.Set(residues, tokens.index_select(0, kept));
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

    // scaled latents and tokens of at least so many windows
    private static (Tensor Latents, Tensor Tokens) Draw(LatentWindows training, long first, int count, DenoiserConfig config, Device device)
    {
        List<Tensor> latents = [],
            tokens = [];
        int books = config.Sizes().Count,
            perWindow = config.Frames * config.TokenRate / config.LatentRate * books;
        for (int drawn = 0; drawn < count; )
        {
            var batch = training.Create(first++);
            int examples = batch.Tokens.Length / perWindow;
            latents.Add(tensor(batch.Latents, [examples, config.Frames, config.LatentChannels], device: device) * config.LatentScale);
            tokens.Add(tensor(batch.Tokens, [examples, perWindow / books, books], device: device));
            drawn += examples;
        }
        return (cat(latents), cat(tokens));
    }
}
