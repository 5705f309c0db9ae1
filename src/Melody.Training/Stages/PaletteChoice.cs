using Melody.Conditioning;
using Melody.Diffusion;
using Melody.Steering;
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
    /// <param name="style">With its tables and its palette.</param>
    /// <param name="training">Windows to choose from.</param>
    /// <param name="config">Of the denoiser, with its scale.</param>
    /// <param name="cancellation">Checked before each piece of music that is asked.</param>
    /// <param name="recall">Compares what is played; null compares all tokens.</param>
    /// <param name="quantizer">Of the joint embedding, where the palette keeps vectors and the windows tell prefixes.</param>
    public static void Fill(
        StyleMeasure style,
        LatentWindows training,
        DenoiserConfig config,
        CancellationToken cancellation,
        TokenRecall? recall = null,
        ResidualQuantizer? quantizer = null
    )
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var palette = style.Palette!;
        var device = style.Tables.device;
        Tensor candidates = Tokens(training, 0, palette.Size * Candidates, config).narrow(1, 0, palette.Length).to(device),
            asked = Tokens(training, 1_000_000, palette.Size * Asked, config).to(device);
        var (facts, read) = (recall?.Facts(candidates).split(256), config.Read(candidates));
        var fits = stack(
            Enumerable
                .Range(0, (int)asked.shape[0])
                .Select(music =>
                {
                    cancellation.ThrowIfCancellationRequested();
                    var frames = StylePalette.Asked(asked.narrow(0, music, 1), AskedTokens);
                    return facts is null ? StylePalette.Fit(read, config.Read(frames)) : -Misfit(facts, recall!.Facts(frames));
                })
                .ToList(),
            1
        );
        long[] kept = Choose(fits, palette.Size);
        var tokens = candidates.index_select(0, tensor(kept, device: device));
        int frames = palette.Length * config.FramesPerToken();
        var latents = stack([.. kept.Select(number => Latents(training, number, config).narrow(0, 0, frames))]).to(device);
        palette.Set(style.Residues(latents, tokens), tokens, quantizer is null ? null : Vectors(training, kept, quantizer));
    }

    // in pieces, as distances are many
    private static Tensor Misfit(Tensor[] candidates, Tensor music)
    {
        using var scope = NewDisposeScope();
        return cat([.. candidates.Select(some => TokenRecall.Misfit(some, music))]).MoveToOuterDisposeScope();
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

    private static Tensor Vectors(LatentWindows training, long[] windows, ResidualQuantizer quantizer)
    {
        var prefixes = windows
            .Select(window =>
            {
                var all = training.Create(window / training.Batch).Prefixes;
                int levels = all.Length / training.Batch;
                return all.AsSpan((int)(window % training.Batch) * levels, levels).ToArray();
            })
            .ToList();
        var codes = tensor(prefixes.SelectMany(codes => codes).ToArray(), [windows.Length, prefixes[0].Length]);
        return quantizer.Decode(codes.to(quantizer.Codebooks.device)).to_type(ScalarType.Float32);
    }
}
