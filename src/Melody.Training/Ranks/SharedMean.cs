using TorchSharp;
using static TorchSharp.torch;

namespace Melody.Training.Ranks;

/// <summary>A mean over the ranks whose gradient is one too: every rank's part counts for what all ranks make of the mean.</summary>
internal sealed class SharedMean : autograd.SingleTensorFunction<SharedMean>
{
    /// <inheritdoc/>
    public override string Name => nameof(SharedMean);

    /// <summary>The mean of a tensor over the ranks.</summary>
    /// <param name="own">This rank's part.</param>
    /// <param name="mean">Exchanges values with the other ranks.</param>
    public static Tensor Over(Tensor own, Func<Tensor, Tensor> mean) => apply(own, mean);

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var mean = (Func<Tensor, Tensor>)vars[1];
        ctx.save_data("mean", mean);
        return mean((Tensor)vars[0]);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) =>
        [((Func<Tensor, Tensor>)ctx.get_data("mean"))(grad_output), null!];
}
