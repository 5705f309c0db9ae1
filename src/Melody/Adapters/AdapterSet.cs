using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Melody.Runtime;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Adapters;

/// <summary>
/// The adapters of a model, each with its strength. Merged into the weights they cost nothing when music is made, and their order
/// does not matter: the changes are added up in the order of the files' hashes, in single precision.
/// </summary>
internal sealed class AdapterSet : IDisposable
{
    private readonly List<(AdapterFile File, double Strength)> _adapters = [];

    private AdapterSet() { }

    /// <summary>What is applied, in the order in which it was asked for.</summary>
    public IReadOnlyList<AppliedAdapter> Applied { get; private set; } = [];

    /// <summary>Opens adapters and checks them as far as that is possible without a model.</summary>
    /// <exception cref="MelodyException">One is missing, damaged or no adapter, or has a strength out of range.</exception>
    public static AdapterSet Open(IReadOnlyList<MusicAdapter> adapters)
    {
        var set = new AdapterSet();
        try
        {
            foreach (var adapter in adapters)
            {
                if (!(adapter.Strength >= 0 && adapter.Strength <= MusicAdapter.LargestStrength))
                    throw new MelodyException(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"The strength of the adapter '{adapter.Path}' is {adapter.Strength}; give a number from 0 to "
                                + $"{MusicAdapter.LargestStrength}."
                        )
                    );
                set._adapters.Add((AdapterFile.Open(adapter.Path), adapter.Strength));
            }
        }
        catch
        {
            set.Dispose();
            throw;
        }
        set.Applied = [.. set._adapters.Select(one => new AppliedAdapter(one.File.Manifest.Name, one.File.Sha256, one.Strength))];
        set._adapters.Sort(
            (a, b) => string.CompareOrdinal(a.File.Sha256, b.File.Sha256) is var order and not 0 ? order : a.Strength.CompareTo(b.Strength)
        );
        return set;
    }

    /// <summary>Fails unless all were trained on the weights of a model.</summary>
    /// <exception cref="MelodyException">One was trained on others.</exception>
    public void RequireBase(ModelManifest model)
    {
        foreach (var (file, _) in _adapters)
            file.RequireBase(model);
    }

    /// <summary>Fails unless every changed weight is in its network, with the shape that the factors have.</summary>
    /// <param name="networks">By the names of their parts; they may be without storage.</param>
    /// <exception cref="MelodyException">A weight is unknown or has another shape.</exception>
    public void RequireFit(IReadOnlyDictionary<string, nn.Module> networks)
    {
        if (_adapters.Count == 0)
            return;
        var states = networks.ToDictionary(network => network.Key, network => StateDictionary.Of(network.Value));
        foreach (var (file, _) in _adapters)
        foreach (var pair in file.Pairs)
        {
            if (!states.TryGetValue(pair.Part, out var state) || !state.TryGetValue(pair.Weight, out var weight))
                throw new MelodyException(
                    $"The adapter '{file.Path}' changes the weight '{pair.Weight}' of the {pair.Part}, which the model does not have."
                );
            if (!weight.shape.SequenceEqual([pair.Outputs, pair.Inputs]))
                throw new MelodyException(
                    $"The adapter '{file.Path}' changes '{pair.Weight}' of the {pair.Part} as [{pair.Outputs}, {pair.Inputs}], and the "
                        + $"model has it as [{string.Join(", ", weight.shape)}]."
                );
        }
    }

    /// <summary>Adds the changes to the weights; those at strength 0 leave every bit as it is.</summary>
    /// <param name="networks">By the names of their parts.</param>
    /// <exception cref="MelodyException">A change is not finite.</exception>
    public void MergeInto(IReadOnlyDictionary<string, nn.Module> networks)
    {
        var changes = _adapters
            .Where(adapter => adapter.Strength != 0)
            .SelectMany(adapter => adapter.File.Pairs.Select(pair => (adapter.File, adapter.Strength, Pair: pair)))
            .GroupBy(change => (change.Pair.Part, change.Pair.Weight))
            .ToList();
        if (changes.Count == 0)
            return;
        using var _ = no_grad();
        var states = networks.ToDictionary(network => network.Key, network => StateDictionary.Of(network.Value));
        foreach (var change in changes)
        {
            using var scope = NewDisposeScope();
            var weight = states[change.Key.Part][change.Key.Weight];
            var sum = zeros(weight.shape, ScalarType.Float32);
            foreach (var (file, strength, pair) in change)
            {
                var product = file.Read(pair.Second).mm(file.Read(pair.First)) * (file.Manifest.Scale * strength);
                if (!product.isfinite().all().item<bool>())
                    throw new MelodyException(
                        $"The adapter '{file.Path}' holds numbers for '{pair.Weight}' that are not finite; get the file again."
                    );
                sum.add_(product);
            }
            weight.copy_(weight.cpu().to_type(ScalarType.Float32) + sum);
        }
    }

    /// <summary>The hash of a model with these adapters: equal for equal models only, whatever the order; its own without any.</summary>
    /// <param name="model">The hash of the model as it is.</param>
    public string HashOf(string model)
    {
        if (_adapters.All(adapter => adapter.Strength == 0))
            return model;
        var text = new StringBuilder(model).Append('\n');
        foreach (var (file, strength) in _adapters.Where(adapter => adapter.Strength != 0))
            text.Append(CultureInfo.InvariantCulture, $"{file.Sha256} {strength:R}\n");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (file, _) in _adapters)
            file.Dispose();
    }
}
