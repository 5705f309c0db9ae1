using Melody.Models;

namespace Melody.Training.Setup;

/// <summary>A stage of training; each stands in the file of its recipe.</summary>
/// <param name="Name">On the command line, in the names of presets and in the record of a run.</param>
/// <param name="Part">What it trains.</param>
/// <param name="MayKeepStart">
/// Whether weights of the start may be kept: only where nothing is fitted to the weights as they were trained (codebooks, latents).
/// </param>
/// <param name="TakesSeveralCorpora">Whether it learns from several encoded corpora.</param>
internal sealed record Stage(string Name, Part Part, bool MayKeepStart = false, bool TakesSeveralCorpora = false)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}
