using Melody.Models;
using Melody.Training.Setup;
using Melody.Weights;

namespace Melody.Training.Recipes;

/// <summary>What a resumed training of a decoder has to share with the one before: its options, and the encoder that stays.</summary>
internal sealed record BehindEncoder<TOptions>(TOptions Options, string Encoder)
{
    /// <summary>Of the encoder in a model folder.</summary>
    public BehindEncoder(TOptions options, ModelFolder folder, Part part)
        : this(options, PartHash.OfEncoding(folder, part)) { }
}
