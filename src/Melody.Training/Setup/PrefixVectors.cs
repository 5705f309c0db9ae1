using Melody.Conditioning;
using Melody.LanguageModel;
using Melody.Models;
using Melody.Runtime;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Training.Setup;

/// <summary>
/// Where the language model's vectors of the prefix tokens begin: at the principal components of the quantizer's codebook
/// vectors, so that codes for similar music or words begin as neighbours. From random vectors, each of 12 x 1024 codes
/// has to be learned by itself, and a small corpus shows each of them a few times only. They learn on like all others.
/// </summary>
internal static class PrefixVectors
{
    // of an entry of the first level's vectors
    private const double Deviation = 0.5;

    /// <summary>Fills the table of a model that has narrow prefix vectors; leaves others as they were drawn.</summary>
    /// <param name="network">The language model.</param>
    /// <param name="folder">Holds the joint embedding.</param>
    /// <exception cref="MelodyException">The joint embedding is missing, damaged or of other sizes.</exception>
    public static void Begin(SemanticLanguageModel network, ModelFolder folder)
    {
        if (network.PrefixTable is not { } table)
            return;
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var weights = folder.OpenWeights(Parts.JointEmbedding.Name);
        var codebooks = weights.Read(JointEmbedding.CodebooksName).to_type(ScalarType.Float64);
        if (
            codebooks.dim() != 3
            || codebooks.shape[0] != network.Config.PrefixLevels
            || codebooks.shape[1] != network.Config.PrefixCodes
            || codebooks.shape[2] < table.shape[1]
        )
            throw new MelodyException(
                $"The codebooks of the joint embedding in '{folder.Path}' do not fit the language model's prefix of "
                    + $"{network.Config.PrefixLevels} x {network.Config.PrefixCodes} codes."
            );
        table.copy_(Project(codebooks, table.shape[1]).view(table.shape));
    }

    /// <summary>
    /// Codebooks [levels, codes, width] in the basis of the first level's principal components, [levels, codes, components].
    /// </summary>
    public static Tensor Project(Tensor codebooks, long components)
    {
        using var scope = NewDisposeScope();
        var mean = codebooks[0].mean([0L], keepdim: true);
        var centred = codebooks[0] - mean;
        var (_, axes) = linalg.eigh(centred.transpose(0, 1).matmul(centred));
        var basis = axes.narrow(1, axes.shape[1] - components, components); // eigenvalues ascend
        var first = centred.matmul(basis).unsqueeze(0);
        var rest = codebooks.narrow(0, 1, codebooks.shape[0] - 1).matmul(basis);
        return (cat([first, rest], 0) * (Deviation / first.std())).MoveToOuterDisposeScope();
    }
}
