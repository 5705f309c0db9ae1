using Melody.Diffusion;
using Melody.Foundation;
using Melody.Models;
using Melody.Runtime;
using Melody.SemanticTokens;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Training.Setup;

/// <summary>
/// Where the denoiser's vectors of the semantic tokens begin: at the tokenizer's centres, so that tokens for similar music
/// begin as neighbours and what is learned of one holds for the others, as <see cref="PrefixVectors"/> does for prompts.
/// They learn on like all others.
/// </summary>
internal static class TokenVectors
{
    private const ulong Stream = 0x546F6B656E; // "Token"

    // of what tells tokens apart that the centres do not
    private const double OwnDeviation = 0.3;

    /// <summary>Fills the table of a denoiser.</summary>
    /// <param name="denoiser">The denoiser.</param>
    /// <param name="folder">Holds the semantic tokenizer.</param>
    /// <param name="seed">Of the rest of each vector.</param>
    /// <exception cref="MelodyException">The tokenizer is missing, damaged or of other sizes.</exception>
    public static void Begin(DualPathDenoiser denoiser, ModelFolder folder, long seed)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var weights = folder.OpenWeights(Parts.SemanticTokenizer.Name);
        var config = Parts.SemanticTokenizer.Config(folder);
        var table = denoiser.TokenTable;
        long row = 0;
        foreach (var book in Codebook.Of(config, config.FeatureWidth))
        {
            var centres = weights.Read(book.CentresName).to_type(ScalarType.Float64);
            if (centres.dim() != 2 || row + centres.shape[0] > table.shape[0])
                throw Unfit();
            // every codebook begins in columns of its own, so that the sum of a frame's vectors tells what each of them tells
            var all = zeros(centres.shape[0], config.FeatureWidth, ScalarType.Float64);
            all.index_copy_(1, tensor(book.Values.Select(value => (long)value).ToArray()), centres);
            table.narrow(0, row, centres.shape[0]).copy_(Spread(all, table.shape[1], (ulong)seed + (ulong)row));
            row += centres.shape[0];
        }
        if (row != table.shape[0])
            throw Unfit();

        MelodyException Unfit() => new($"The semantic tokenizer in '{folder.Path}' does not fit the denoiser's {table.shape[0]} tokens.");
    }

    /// <summary>
    /// Centres [codes, features] -> [codes, width]: each feature (or, where they are more than the width, each of the
    /// leading principal components) with a deviation of one, then small random numbers.
    /// </summary>
    public static Tensor Spread(Tensor centres, long width, ulong seed)
    {
        using var scope = NewDisposeScope();
        if (centres.shape[1] > width)
            centres = PrefixVectors.Project(centres.unsqueeze(0), width)[0];
        var known = (centres - centres.mean([0L], keepdim: true)) / centres.std(0, unbiased: false, keepdim: true).clamp_min(1e-9);
        long missing = width - known.shape[1];
        if (missing == 0)
            return known.MoveToOuterDisposeScope();
        var own = new CounterRandom(seed, Stream).Normal(0, centres.shape[0], missing).to_type(ScalarType.Float64) * OwnDeviation;
        return cat([known, own], 1).MoveToOuterDisposeScope();
    }
}
