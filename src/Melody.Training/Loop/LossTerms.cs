using static TorchSharp.torch;

namespace Melody.Training.Loop;

/// <summary>
/// A loss as the weighted sum of named terms: the weights are the preset's, a term without weight is not computed, and the log
/// shows each under its name.
/// </summary>
/// <param name="figures">Of the step.</param>
internal sealed class LossTerms(Figures figures)
{
    private Tensor? _sum;

    /// <summary>The sum of what was added, a float32 scalar.</summary>
    /// <exception cref="InvalidOperationException">No term has a weight.</exception>
    public Tensor Sum => _sum ?? throw new InvalidOperationException("No term of the loss has a weight.");

    /// <summary>Adds a term.</summary>
    /// <param name="name">In the log.</param>
    /// <param name="weight">0 leaves the term out.</param>
    /// <param name="compute">The term, a float32 scalar.</param>
    public void Add(string name, double weight, Func<Tensor> compute)
    {
        if (weight != 0)
            Add(name, weight, compute());
    }

    /// <summary>Adds a term that is known already; without weight it is shown all the same.</summary>
    /// <param name="name">In the log.</param>
    /// <param name="weight">Its weight.</param>
    /// <param name="term">A float32 scalar.</param>
    public void Add(string name, double weight, Tensor term)
    {
        figures.Show(name, term);
        if (weight == 0)
            return;
        var weighted = weight * term;
        _sum = _sum is null ? weighted : _sum + weighted;
    }
}
