using static TorchSharp.torch;

namespace Melody.Diffusion;

/// <summary>
/// Angle-parameterised diffusion (MeLoDy, section 3.3 and appendix B; Salimans and Ho, 2022) and its multi-chunk
/// training target. Latents and noise are [batch, L, D]; angles are per frame, [batch, L] rad.
/// </summary>
internal static class VelocityObjective
{
    /// <summary>L_m = floor(m L / M) for m = 0 .. M: where the chunks of a training example begin and end.</summary>
    public static long[] ChunkBoundaries(long frames, int chunks) => [.. Enumerable.Range(0, chunks + 1).Select(m => m * frames / chunks)];

    /// <summary>Repeats the angle of each chunk over its frames: [batch, M] -> [batch, L].</summary>
    public static Tensor FrameAngles(Tensor chunkAngles, long frames)
    {
        int chunks = (int)chunkAngles.shape[1];
        var boundaries = ChunkBoundaries(frames, chunks);
        var chunkOfFrame = new long[frames];
        for (int m = 0; m < chunks; m++)
            chunkOfFrame.AsSpan((int)boundaries[m], (int)(boundaries[m + 1] - boundaries[m])).Fill(m);
        return chunkAngles.index_select(1, tensor(chunkOfFrame, device: chunkAngles.device));
    }

    /// <summary>z_delta = cos(delta) z + sin(delta) noise.</summary>
    public static Tensor Noisy(Tensor latents, Tensor noise, Tensor angles) =>
        latents * angles.cos().unsqueeze(-1) + noise * angles.sin().unsqueeze(-1);

    /// <summary>v_delta = cos(delta) noise - sin(delta) z, the derivative of <see cref="Noisy"/> by the angle.</summary>
    public static Tensor Velocity(Tensor latents, Tensor noise, Tensor angles) =>
        noise * angles.cos().unsqueeze(-1) - latents * angles.sin().unsqueeze(-1);

    /// <summary>z = cos(delta) z_delta - sin(delta) v.</summary>
    public static Tensor Clean(Tensor noisy, Tensor velocity, Tensor angles) =>
        noisy * angles.cos().unsqueeze(-1) - velocity * angles.sin().unsqueeze(-1);

    /// <summary>noise = sin(delta) z_delta + cos(delta) v.</summary>
    public static Tensor Noise(Tensor noisy, Tensor velocity, Tensor angles) =>
        noisy * angles.sin().unsqueeze(-1) + velocity * angles.cos().unsqueeze(-1);

    /// <summary>
    /// One step towards clean latents, z_{delta - omega} = cos(omega) z_delta - sin(omega) v, with a step of its own for
    /// each frame (steps [batch, L] or [L], rad). A frame whose step is 0 keeps its value.
    /// </summary>
    public static Tensor Step(Tensor noisy, Tensor velocity, Tensor steps) =>
        noisy * steps.cos().unsqueeze(-1) - velocity * steps.sin().unsqueeze(-1);

    /// <summary>
    /// The mean over all entries of the squared error of the velocity, float32; over the frames that are made where some stay, the mean of
    /// each example's.
    /// </summary>
    /// <param name="predicted">[batch, L, D].</param>
    /// <param name="velocity">[batch, L, D].</param>
    /// <param name="weights">How much each channel counts, [D], 1 in the mean; null where all count alike.</param>
    /// <param name="made">1 for frames that are made and 0 for those that stay, [batch, L]; null where all are made.</param>
    public static Tensor Loss(Tensor predicted, Tensor velocity, Tensor? weights = null, Tensor? made = null)
    {
        var errors = (predicted.to_type(ScalarType.Float32) - velocity.to_type(ScalarType.Float32)).square();
        errors = weights is null ? errors : errors * weights;
        return made is null ? errors.mean() : ((errors.mean([2L]) * made).sum([1L]) / made.sum([1L])).mean();
    }
}
