using Melody.Diffusion;
using TorchSharp;
using static TorchSharp.torch;

namespace Melody.Training.Data;

/// <summary>Passages whose style is heard, filled up to one length.</summary>
/// <param name="Latents">[batch, frames, channels], flat.</param>
/// <param name="Tokens">[batch, tokens, codebooks], flat.</param>
/// <param name="Counts">[batch], how many tokens are there; 0 where no style is heard.</param>
internal sealed record StyledPassages(float[] Latents, long[] Tokens, int[] Counts)
{
    /// <summary>What is recalled of the passages for frames of other tokens, [batch, L, D]; zero where no style is heard.</summary>
    /// <param name="style">Measures.</param>
    /// <param name="config">Of the denoiser.</param>
    /// <param name="tokens">Int64 [batch, T, codebooks].</param>
    /// <param name="allowed">Bool [batch, T, Tp], which frames may be recalled for which; null for all that are there.</param>
    public Tensor Recall(StyleMeasure style, DenoiserConfig config, Tensor tokens, Tensor? allowed = null)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var device = style.Tables.device;
        int batch = Counts.Length;
        var latents = tensor(Latents, [batch, Latents.Length / batch / config.LatentChannels, config.LatentChannels], device: device);
        var heard = TokenTensor(config, device);
        var residues = style.Residues(latents * config.LatentScale, heard);
        return StyleMeasure
            .Recall(residues, config.Read(heard), config.Read(tokens), allowed ?? There(config, device))
            .MoveToOuterDisposeScope();
    }

    /// <summary>The passages' tokens, int64 [batch, tokens, codebooks].</summary>
    public Tensor TokenTensor(DenoiserConfig config, Device device) =>
        tensor(Tokens, [Counts.Length, Tokens.Length / Counts.Length / config.Sizes().Count, config.Sizes().Count], device: device);

    /// <summary>Which of them are there, bool [batch, tokens].</summary>
    public Tensor There(DenoiserConfig config, Device device)
    {
        int length = Tokens.Length / Counts.Length / config.Sizes().Count;
        return arange(length, ScalarType.Int64, device).unsqueeze(0) < tensor(Counts, device: device).unsqueeze(1);
    }
}
