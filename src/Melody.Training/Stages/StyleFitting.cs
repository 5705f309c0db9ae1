using Melody.Diffusion;
using Melody.Training.Data;
using static TorchSharp.torch;

namespace Melody.Training.Stages;

/// <summary>
/// What each semantic token tells of latents, by least squares over a corpus: the tables of <see cref="StyleMeasure"/>. Every
/// codebook's tokens are inputs of 0 or 1, so that the normal equations count which tokens meet in a frame.
/// </summary>
internal static class StyleFitting
{
    /// <summary>Windows that the regression sees.</summary>
    public const int Windows = 4000;

    // frames by which a token that is rare is drawn to zero; neighbouring frames say much the same, so many make one piece of evidence
    private const double Ridge = 500;

    /// <summary>Fits tables and norm.</summary>
    /// <param name="style">What is fitted.</param>
    /// <param name="training">Windows to learn from.</param>
    /// <param name="config">Of the denoiser, with its scale.</param>
    /// <param name="cancellation">Checked before each batch.</param>
    /// <returns>The share of the latents' mean square that the tables explain in these windows.</returns>
    public static double Begin(StyleMeasure style, LatentWindows training, DenoiserConfig config, CancellationToken cancellation)
    {
        var books = config.Sizes();
        var counts = new double[books.Total, books.Total];
        var sums = new double[books.Total, config.LatentChannels];
        double squares = 0;
        long seen = 0;
        for (int i = 0; seen < Windows; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var batch = training.Create(i);
            Add(batch, books.Count, book => books.Start(book), config, counts, sums, ref squares);
            seen += batch.Styled!.Counts.Length;
        }
        using var scope = NewDisposeScope();
        var moments = tensor(sums);
        var tables = linalg.solve(tensor(counts) + eye(books.Total, dtype: ScalarType.Float64) * Ridge, moments);
        double residue =
            squares - 2 * (tables * moments).sum().item<double>() + (tables * tensor(counts).matmul(tables)).sum().item<double>();
        style.Set(tables, 1);
        style.Set(tables, Norm(style, training, config));
        return 1 - residue / squares;
    }

    private static void Add(
        LatentBatch batch,
        int books,
        Func<int, int> start,
        DenoiserConfig config,
        double[,] counts,
        double[,] sums,
        ref double squares
    )
    {
        int channels = config.LatentChannels,
            perToken = config.FramesPerToken();
        var rows = new int[books];
        for (int frame = 0; frame < batch.Tokens.Length / books; frame++)
        {
            for (int book = 0; book < books; book++)
                rows[book] = start(book) + (config.IgnoredCodebooks.Contains(book) ? 0 : (int)batch.Tokens[frame * books + book]);
            foreach (int first in rows)
            foreach (int second in rows)
                counts[first, second] += perToken;
            for (int i = 0; i < perToken * channels; i++)
            {
                double value = batch.Latents[frame * perToken * channels + i] * config.LatentScale;
                squares += value * value;
                foreach (int row in rows)
                    sums[row, i % channels] += value;
            }
        }
    }

    // the root of the mean square length of what is recalled, where something is; 1 where no piece has a passage beside a window
    private static double Norm(StyleMeasure style, LatentWindows training, DenoiserConfig config)
    {
        const int batches = 100;
        double squares = 0;
        long heard = 0;
        for (int i = 0; i < batches; i++)
        {
            using var scope = NewDisposeScope();
            var batch = training.Create(i);
            var recalled = batch.Styled!.Recall(style, config, batch.TokenTensor(config, style.Tables.device));
            squares += recalled.square().sum([2L]).mean([1L]).sum().item<float>();
            heard += batch.Styled.Counts.Count(count => count > 0);
        }
        return heard == 0 ? 1 : Math.Max(Math.Sqrt(squares / heard), 1e-6);
    }
}
