using Melody.Nn;
using static TorchSharp.torch;

namespace Melody.Conditioning;

/// <summary>
/// Residual vector quantizer (paper section 2.1; Zeghidour et al., SoundStream, arXiv 2107.03312): level q names the
/// entry of its codebook nearest to what levels 1 .. q - 1 left over. The codebooks are buffers, learned by moving
/// averages and not by gradients.
/// </summary>
internal sealed class ResidualQuantizer : Network<Tensor, Tensor>
{
    /// <summary>Name of the codebooks, [levels, entries, width].</summary>
    public const string CodebooksName = "codebooks";

    private readonly Tensor _codebooks;

    public ResidualQuantizer(ResidualQuantizerConfig config, int width, ParameterFactory parameters)
        : base(nameof(ResidualQuantizer))
    {
        (Levels, Entries, Width) = (config.Levels, config.Entries, width);
        _codebooks = parameters.NormalBuffer(0.5 / Math.Sqrt(width), config.Levels, config.Entries, width);
        AddBuffer(CodebooksName, _codebooks);
    }

    /// <summary>Codebooks.</summary>
    public int Levels { get; }

    /// <summary>Entries in each codebook.</summary>
    public int Entries { get; }

    /// <summary>Width of the vectors.</summary>
    public int Width { get; }

    /// <summary>The codebooks, float32 [levels, entries, width].</summary>
    public Tensor Codebooks => _codebooks;

    /// <summary>Vectors [batch, width] -> int64 [batch, levels], each 0 .. entries - 1.</summary>
    public Tensor Encode(Tensor vectors)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var residual = vectors.to_type(ScalarType.Float32);
        var codes = new List<Tensor>(Levels);
        for (int level = 0; level < Levels; level++)
        {
            var codebook = Codebook(level);
            var nearest = NearestCentres.Find(residual, codebook);
            residual = residual - codebook.index_select(0, nearest);
            codes.Add(nearest);
        }
        return stack(codes, 1).MoveToOuterDisposeScope();
    }

    /// <summary>Codes int64 [batch, q] of the first q levels -> the sum of their entries, float32 [batch, width].</summary>
    public Tensor Decode(Tensor codes)
    {
        using var scope = NewDisposeScope();
        var sum = zeros(codes.shape[0], Width, ScalarType.Float32, _codebooks.device);
        for (int level = 0; level < codes.shape[1]; level++)
            sum = sum + Codebook(level).index_select(0, codes.select(1, level));
        return sum.MoveToOuterDisposeScope();
    }

    /// <summary>The nearest vectors that codes can name: <see cref="Encode"/>, then <see cref="Decode"/>.</summary>
    public override Tensor forward(Tensor vectors)
    {
        using var codes = Encode(vectors);
        return Decode(codes);
    }

    private Tensor Codebook(int level) => _codebooks[level].to_type(ScalarType.Float32);
}
