using Melody.Training.Ranks;
using TorchSharp;
using static TorchSharp.torch;

namespace Melody.Training.Losses;

/// <summary>
/// Three distances of two spectrograms whose magnitudes are held at a floor, as one float32 tensor [3]: the mean absolute
/// difference of magnitudes, that of their natural logarithms, and the norm of the difference over that of the target.
/// On a CPU each way is one pass over memory (<see cref="SpectralDistanceKernel"/>): written out, they and the
/// transforms took a fifth of a step of the autoencoder.
/// </summary>
internal sealed class SpectralDistance : autograd.SingleTensorFunction<SpectralDistance>
{
    private const double SmallestNorm = 1e-3;

    /// <inheritdoc/>
    public override string Name => nameof(SpectralDistance);

    /// <summary>Compares a complex64 spectrum with another of its shape, which gets no gradient. In silence the gradient is 0.</summary>
    public static Tensor Between(Tensor spectrum, Tensor target, double floor)
    {
        using var scope = NewDisposeScope();
        // libtorch's spectra are transposed [batch, frames, bins]; the order does not matter as long as it is the same
        var (x, y) = (view_as_real(spectrum.transpose(-1, -2).contiguous()), view_as_real(target.detach().transpose(-1, -2).contiguous()));
        var distance = x.device_type == DeviceType.CPU ? apply(x, y, (float)floor) : WrittenOut(x, y, floor);
        return distance.MoveToOuterDisposeScope();
    }

    /// <summary>The same in tensor operations, of [..., 2] each.</summary>
    public static Tensor WrittenOut(Tensor x, Tensor y, double floor)
    {
        var (a, b) = (view_as_complex(x).abs().clamp_min(floor), view_as_complex(y).abs().clamp_min(floor));
        var (difference, norm) = ((a - b).norm(), b.norm());
        if (RankGroup.Current is { IsAlone: false } ranks)
            (difference, norm) = (ranks.Total(difference.square()).sqrt(), ranks.Total(norm.square()).sqrt());
        return stack([nn.functional.l1_loss(a, b), nn.functional.l1_loss(a.log(), b.log()), difference / (norm + SmallestNorm)]);
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (x, y, floor) = ((Tensor)vars[0], (Tensor)vars[1], (float)vars[2]);
        var sums = SpectralDistanceKernel.Compare(x, y, floor);
        // the norms are those of the whole batch
        var ranks = RankGroup.Current;
        var squares = ranks.Sum(sums.SquaredDifference, sums.SquaredTarget);
        double count = x.numel() / 2.0,
            difference = Math.Sqrt(squares[0]),
            norm = Math.Sqrt(squares[1]) + SmallestNorm;
        ctx.save_for_backward([x, y]);
        ctx.save_data("floor", floor);
        ctx.save_data("count", count);
        ctx.save_data("slope", difference > 0 ? ranks.Size / (difference * norm) : 0);
        return tensor([(float)(sums.Difference / count), (float)(sums.LogDifference / count), (float)(difference / norm)]);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        var saved = ctx.get_saved_variables();
        float[] outer = grad_output.contiguous().data<float>().ToArray();
        double count = (double)ctx.get_data("count");
        var gradient = SpectralDistanceKernel.Gradient(
            saved[0],
            saved[1],
            (float)ctx.get_data("floor"),
            (float)(outer[0] / count),
            (float)(outer[1] / count),
            (float)(outer[2] * (double)ctx.get_data("slope"))
        );
        return [gradient.MoveToOuterDisposeScope(), null!, null!];
    }
}
