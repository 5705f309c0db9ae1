using static TorchSharp.torch;

namespace Melody.Training.Ranks;

/// <summary>
/// What processes that train together (ranks) do with each other. Every rank makes the same calls in the same order, all from one thread.
/// </summary>
internal interface ICollectives : IDisposable
{
    /// <summary>What exchanges, for the log.</summary>
    string Name { get; }

    /// <summary>Where the tensors lie that go fastest, and those that are made for an exchange.</summary>
    Device Device { get; }

    /// <summary>Sums a contiguous float32 or float64 tensor over all ranks, in place.</summary>
    /// <exception cref="MelodyException">The exchange failed.</exception>
    void Sum(Tensor values);

    /// <summary>Gives every rank the values of rank 0, of a contiguous tensor of any type, in place.</summary>
    /// <exception cref="MelodyException">The exchange failed.</exception>
    void Broadcast(Tensor values);
}
