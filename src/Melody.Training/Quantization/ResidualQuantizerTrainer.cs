using Melody.Conditioning;
using Melody.Nn;
using static TorchSharp.torch;

namespace Melody.Training.Quantization;

/// <summary>How the codebooks of a residual quantizer are learned.</summary>
internal sealed record ResidualQuantizerOptions
{
    /// <summary>Weight of the past in the moving averages.</summary>
    public double Decay { get; init; } = 0.99;

    /// <summary>An entry whose average number of vectors a batch falls below this is dead.</summary>
    public double DeadBelow { get; init; } = 0.05;

    /// <summary>Lloyd's steps of the start.</summary>
    public int KMeansIterations { get; init; } = 10;
}

/// <summary>What a step saw.</summary>
/// <param name="Errors">Mean squared distance of the vectors to their reconstruction from levels 1 .. q, for each q.</param>
/// <param name="Perplexities">exp(entropy) of each level's use in this batch: how many entries are in play.</param>
/// <param name="Revived">Dead entries that were moved.</param>
internal sealed record ResidualQuantizerStatistics(IReadOnlyList<double> Errors, IReadOnlyList<double> Perplexities, int Revived);

/// <summary>
/// Learns the codebooks of a <see cref="ResidualQuantizer"/>: k-means on a first set of vectors, level after level on
/// what the earlier ones left over; then exponential moving averages of the vectors that each entry stands for (van den
/// Oord et al., arXiv 1711.00937, appendix A.1), and entries that nobody uses move onto vectors of the batch (SoundStream,
/// arXiv 2107.03312). All randomness comes from the caller's generator.
/// </summary>
internal sealed class ResidualQuantizerTrainer : IDisposable
{
    private const int StartingPointsPerEntry = 3;

    private readonly ResidualQuantizer _quantizer;
    private readonly ResidualQuantizerOptions _options;
    private readonly Tensor _counts,
        _sums;

    public ResidualQuantizerTrainer(ResidualQuantizer quantizer, ResidualQuantizerOptions? options = null)
    {
        (_quantizer, _options) = (quantizer, options ?? new());
        var device = quantizer.Codebooks.device;
        _counts = ones(quantizer.Levels, quantizer.Entries, ScalarType.Float32, device).DetachFromDisposeScope();
        _sums = quantizer.Codebooks.to_type(ScalarType.Float32).clone().DetachFromDisposeScope();
    }

    /// <summary>The moving averages, to be saved in checkpoints beside the codebooks.</summary>
    public IReadOnlyDictionary<string, Tensor> Buffers => new Dictionary<string, Tensor> { ["counts"] = _counts, ["sums"] = _sums };

    /// <summary>
    /// Sets every codebook by k-means on vectors [n, width]; the averages start as if they were one batch of
    /// <paramref name="batchSize"/>.
    /// </summary>
    /// <exception cref="MelodyException">There are fewer vectors than entries.</exception>
    public void Initialize(Tensor vectors, int batchSize, Random random)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var residual = vectors.detach().to_type(ScalarType.Float32);
        for (int level = 0; level < _quantizer.Levels; level++)
        {
            var centers = KMeans
                .Fit(
                    residual,
                    _quantizer.Entries,
                    new()
                    {
                        Iterations = _options.KMeansIterations,
                        // k-means++ costs points times entries at every level; a few points for each entry start it as well
                        StartingPoints = StartingPointsPerEntry * _quantizer.Entries,
                        Seed = (ulong)random.NextInt64(),
                    }
                )
                .Centres;
            var nearest = NearestCentres.Find(residual, centers);
            var (_, counts) = Accumulate(residual, nearest);
            var share = counts * ((double)batchSize / vectors.shape[0]);
            _quantizer.Codebooks[level].copy_(centers);
            _counts[level].copy_(share);
            _sums[level].copy_(centers * share.unsqueeze(1));
            residual = residual - centers.index_select(0, nearest);
        }
    }

    /// <summary>Learns from vectors [batch, width].</summary>
    public ResidualQuantizerStatistics Step(Tensor vectors, Random random)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var residual = vectors.detach().to_type(ScalarType.Float32);
        var errors = new double[_quantizer.Levels];
        var perplexities = new double[_quantizer.Levels];
        int revived = 0;
        for (int level = 0; level < _quantizer.Levels; level++)
        {
            var codebook = _quantizer.Codebooks[level];
            var nearest = NearestCentres.Find(residual, codebook);
            var left = residual - codebook.index_select(0, nearest);
            errors[level] = left.square().sum(-1).mean().item<float>();
            perplexities[level] = Update(level, residual, nearest);
            revived += Revive(level, residual, random);
            residual = left;
        }
        return new(errors, perplexities, revived);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _counts.Dispose();
        _sums.Dispose();
    }

    private double Update(int level, Tensor residual, Tensor nearest)
    {
        var (sums, counts) = Accumulate(residual, nearest);
        Tensor averageCounts = _counts[level],
            averageSums = _sums[level],
            codebook = _quantizer.Codebooks[level];
        averageCounts.mul_(_options.Decay).add_(counts * (1 - _options.Decay));
        averageSums.mul_(_options.Decay).add_(sums * (1 - _options.Decay));
        // an entry that this batch did not use stays exactly where it is
        var means = averageSums / averageCounts.clamp_min(1e-8).unsqueeze(1);
        codebook.copy_(where((counts > 0).unsqueeze(1), means, codebook));
        var shares = counts / counts.sum();
        return (-(shares * shares.clamp_min(1e-12).log()).sum()).exp().item<float>();
    }

    // sum [entries, width] and number [entries] of the vectors of each entry
    private (Tensor Sums, Tensor Counts) Accumulate(Tensor vectors, Tensor nearest)
    {
        var sums = zeros(_quantizer.Entries, _quantizer.Width, ScalarType.Float32, vectors.device).index_add(0, nearest, vectors, 1);
        return (sums, bincount(nearest, minlength: _quantizer.Entries).to_type(ScalarType.Float32));
    }

    private int Revive(int level, Tensor residual, Random random)
    {
        var dead = (_counts[level] < _options.DeadBelow).nonzero().squeeze(1);
        int count = (int)dead.shape[0];
        if (count == 0)
            return 0;
        var rows = Enumerable.Range(0, count).Select(_ => random.NextInt64(residual.shape[0])).ToArray();
        var vectors = residual.index_select(0, tensor(rows, ScalarType.Int64, residual.device));
        // as if the average batch had held one such vector, so that the entry has time to find its own
        _quantizer.Codebooks[level].index_copy_(0, dead, vectors);
        _counts[level].index_fill_(0, dead, 1);
        _sums[level].index_copy_(0, dead, vectors);
        return count;
    }
}
