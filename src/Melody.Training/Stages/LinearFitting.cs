using Melody.Autoencoder.Magnitude;
using static TorchSharp.torch;

namespace Melody.Training.Stages;

/// <summary>
/// The linear map to D latents and back that rebuilds spectra best, in closed form (reduced-rank regression, Izenman, 1975; principal
/// components where input and target are one). A network that begins with it has to learn only what is better than linear.
/// </summary>
/// <param name="network">Takes the map; gives inputs and targets.</param>
/// <param name="binWeights">How much each bin counts, [bins].</param>
/// <param name="stereoWeight">How much a stereo figure counts beside a normalised bin.</param>
internal sealed class LinearFitting(MagnitudeAutoencoder network, IReadOnlyList<float> binWeights, double stereoWeight)
{
    private const int RowsAtOnce = 2048;
    private const double Ridge = 1e-3;

    // tanh of the decoder's output is at most so much of a stereo figure
    private const double StereoRange = 0.97;

    // subspace iteration finds the leading directions among a few more
    private const int SpareDirections = 16,
        Iterations = 10;

    private readonly List<(Tensor Input, Tensor Target)> _waiting = [];
    private readonly long _stacked = network.Config.FramesPerLatent;
    private long _rows,
        _waitingRows;
    private Tensor? _inputs,
        _targets,
        _squares,
        _products;

    /// <summary>Takes features of [batch, a multiple of framesPerLatent, ...] in.</summary>
    public void Add(SpectralFeatures features)
    {
        using var scope = NewDisposeScope();
        var input = Rows(network.Input(features));
        var target = Rows(cat([(features.LogMagnitude - network.Mean) / network.Deviation, (features.Stereo * StereoRange).atanh()], -1));
        _waiting.Add((input.DetachFromDisposeScope(), target.DetachFromDisposeScope()));
        _waitingRows += input.shape[0];
        if (_waitingRows >= RowsAtOnce)
            Sum();
    }

    /// <summary>Gives the network the map for what was taken in.</summary>
    /// <param name="seed">Of the start of the iteration.</param>
    public void Finish(long seed)
    {
        using var scope = NewDisposeScope();
        Sum();
        using var generator = new Generator((ulong)seed, CPU);
        var (x, y) = (_inputs! / _rows, _targets! / _rows);
        var weights = Weights();
        var covariance = _squares! / _rows - outer(x, x);
        var crossed = (_products! / _rows - outer(y, x)) * weights.unsqueeze(1); // weighted targets by inputs
        long size = covariance.shape[0];
        var ridge = eye(size, dtype: ScalarType.Float64) * (Ridge * covariance.trace() / size);
        var regression = linalg.solve(covariance + ridge, crossed.T).T; // weighted targets = regression * inputs
        var directions = Leading(regression.matmul(crossed.T), network.Config.LatentChannels, generator); // [size, D]
        var encoder = regression.T.matmul(directions);
        var deviation = (encoder * covariance.matmul(encoder)).sum(0L).clamp_min(1e-12).sqrt();
        network.Encoder.SetLinear(encoder.T, -x.matmul(encoder), 1 / deviation);
        network.Decoder.SetLinear(directions * deviation / weights.unsqueeze(1), y);
        foreach (var sum in new[] { _inputs, _targets, _squares, _products })
            sum!.Dispose();
    }

    private Tensor Rows(Tensor frames) => frames.reshape(-1, _stacked * frames.shape[2]).cpu();

    private void Sum()
    {
        if (_waiting.Count == 0)
            return;
        using var scope = NewDisposeScope();
        var (input, target) = (cat([.. _waiting.Select(w => w.Input)]), cat([.. _waiting.Select(w => w.Target)]));
        Grow(ref _inputs, input.sum(0L));
        Grow(ref _targets, target.sum(0L));
        Grow(ref _squares, input.T.matmul(input));
        Grow(ref _products, target.T.matmul(input));
        _rows += input.shape[0];
        foreach (var (i, t) in _waiting)
        {
            i.Dispose();
            t.Dispose();
        }
        _waiting.Clear();
        _waitingRows = 0;
    }

    private static void Grow(ref Tensor? sum, Tensor part)
    {
        if (sum is null)
            sum = part.to_type(ScalarType.Float64).DetachFromDisposeScope();
        else
            sum.add_(part);
    }

    // square roots, as errors are squared: of the bins in nepers, and of the stereo figures
    private Tensor Weights()
    {
        var bins = tensor(binWeights.ToArray()).to_type(ScalarType.Float64).sqrt() * network.Deviation.cpu().to_type(ScalarType.Float64);
        var stereo = full([2 * Melody.Audio.StereoBands.Count], stereoWeight, ScalarType.Float64);
        return cat([bins, stereo]).repeat(_stacked);
    }

    // eigenvectors of the largest eigenvalues of a symmetric matrix [n, n], as columns [n, count]
    private static Tensor Leading(Tensor matrix, long count, Generator generator)
    {
        long size = matrix.shape[0];
        var basis = randn([size, Math.Min(size, count + SpareDirections)], ScalarType.Float64, generator: generator);
        for (int i = 0; i < Iterations; i++)
            basis = linalg.qr(matrix.matmul(linalg.qr(basis).Q)).Q;
        var small = basis.T.matmul(matrix).matmul(basis);
        var vectors = linalg.eigh((small + small.T) / 2).Item2; // ascending
        return basis.matmul(vectors.narrow(1, vectors.shape[1] - count, count).flip(1));
    }
}
