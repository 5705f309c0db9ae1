using Melody.Adapters;
using Melody.Diffusion;
using Melody.Nn;
using Melody.Weights;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Melody.Training.LowRank;

/// <summary>
/// The trained factors of low-rank changes of a network's weights (LoRA: Hu et al., 2021, arXiv 2106.09685): W becomes
/// W + scale x B A, where W is frozen, A [rank, inputs] begins at random and B [outputs, rank] at zero, so that the network begins as it
/// was. The changed values are written into the network before each use; <see cref="Restore"/> puts W back bit for bit.
/// </summary>
internal sealed class LowRankFactors : Network
{
    private readonly List<Entry> _entries = [];

    private sealed record Entry(LowRankPair Pair, Parameter Weight, Tensor Base, Parameter First, Parameter Second);

    /// <param name="part">The part of the model that the network is.</param>
    /// <param name="network">Its other parameters no longer take gradients.</param>
    /// <param name="rank">Of the changes.</param>
    /// <param name="scale">What the product is multiplied by.</param>
    /// <param name="seed">Of the first factors.</param>
    public LowRankFactors(string part, nn.Module network, int rank, double scale, long seed)
        : base(nameof(LowRankFactors))
    {
        Scale = scale;
        var chosen = Chosen(network, rank).ToHashSet(StringComparer.Ordinal);
        using var random = ParameterFactory.Random(seed);
        foreach (var (name, weight) in network.named_parameters())
        {
            weight.requires_grad = chosen.Contains(name);
            if (!weight.requires_grad)
                continue;
            var (outputs, inputs) = (weight.shape[0], weight.shape[1]);
            // drawn on the CPU: the same on every device
            var first = On(weight.device, random.Normal(1 / Math.Sqrt(inputs), rank, inputs));
            var second = On(weight.device, random.Constant(0, outputs, rank));
            var copy = weight.detach().clone().DetachFromDisposeScope();
            _entries.Add(new(new(part, name, outputs, rank, inputs), weight, copy, first, second));
            Add($"a{_entries.Count}", first);
            Add($"b{_entries.Count}", second);
        }
        if (_entries.Count == 0)
            throw new MelodyException($"The {part} is too small for changes of rank {rank}; choose a lower rank.");
    }

    /// <summary>What the product of the factors is multiplied by.</summary>
    public double Scale { get; }

    /// <summary>The names of the weights that are changed, in order.</summary>
    public IEnumerable<string> Names => _entries.Select(entry => entry.Pair.Weight);

    /// <summary>
    /// The weights that are changed: matrices of linear layers and recurrent units with at least twice the rank on each side.
    /// </summary>
    public static IEnumerable<string> Chosen(nn.Module network, int rank) =>
        network
            .named_modules()
            .Where(module => module.module is Nn.Linear or SruLayer)
            .Select(module => $"{module.name}.weight")
            .Intersect(
                network.named_parameters().Where(p => p.parameter.dim() == 2 && p.parameter.shape.Min() >= 2 * rank).Select(p => p.name),
                StringComparer.Ordinal
            );

    /// <summary>Writes the changed weights into the network.</summary>
    public void Write()
    {
        using var _ = no_grad();
        foreach (var entry in _entries)
        {
            using var scope = NewDisposeScope();
            entry.Weight.copy_(addmm(entry.Base, entry.Second, entry.First, 1f, (float)Scale));
        }
    }

    /// <summary>Puts the weights of the network back as they were.</summary>
    public void Restore()
    {
        using var _ = no_grad();
        foreach (var entry in _entries)
            entry.Weight.copy_(entry.Base);
    }

    /// <summary>
    /// A scalar with the value of <paramref name="loss"/>, whose backward pass leaves in the factors the gradient that the loss has by
    /// them: the weights' own gradients, which a backward pass through the network has left there, times the factors. These are cleared.
    /// </summary>
    public Tensor Follow(Tensor loss)
    {
        Tensor value = loss.detach();
        var linear = new List<Tensor>();
        foreach (var entry in _entries)
            if (entry.Weight.grad is { } gradient)
            {
                linear.Add((entry.Second.mm(entry.First) * gradient.detach()).sum());
                entry.Weight.grad = null;
            }
        if (linear.Count == 0)
            return value;
        var sum = stack(linear).sum() * Scale;
        return value + (sum - sum.detach());
    }

    /// <summary>Copies of the factors by their names in an adapter's file, on the CPU; the caller's to dispose.</summary>
    public Dictionary<string, Tensor> Snapshot()
    {
        using var _ = no_grad();
        var copies = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var entry in _entries)
        {
            copies[entry.Pair.First] = entry.First.detach().cpu().clone().DetachFromDisposeScope();
            copies[entry.Pair.Second] = entry.Second.detach().cpu().clone().DetachFromDisposeScope();
        }
        return copies;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            foreach (var entry in _entries)
                entry.Base.Dispose();
        base.Dispose(disposing);
    }

    private static Parameter On(Device device, Parameter drawn)
    {
        if (device.type == TorchSharp.DeviceType.CPU)
            return drawn;
        using (drawn)
        {
            var moved = nn.Parameter(drawn.detach().to(device));
            moved.DetachFromDisposeScope();
            return moved;
        }
    }
}
