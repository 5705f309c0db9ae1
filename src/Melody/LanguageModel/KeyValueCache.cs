using static TorchSharp.torch;

namespace Melody.LanguageModel;

/// <summary>
/// The keys and values of every layer for the positions that a causal transformer has seen, in storage that is allocated
/// once: [batch, heads, capacity, head width] a layer. Rotated keys are stored, so each belongs to its position.
/// </summary>
internal sealed class KeyValueCache : IDisposable
{
    private readonly Tensor[] _keys,
        _values;

    public KeyValueCache(int layers, long batch, long heads, long capacity, long headWidth, ScalarType type, Device device)
    {
        Capacity = capacity;
        Tensor Make() => zeros([batch, heads, capacity, headWidth], type, device).DetachFromDisposeScope();
        _keys = [.. Enumerable.Range(0, layers).Select(_ => Make())];
        _values = [.. Enumerable.Range(0, layers).Select(_ => Make())];
    }

    /// <summary>Positions that fit.</summary>
    public long Capacity { get; }

    /// <summary>Positions that are filled.</summary>
    public long Length { get; private set; }

    /// <summary>The whole storage of a layer's keys and values.</summary>
    public (Tensor Keys, Tensor Values) Storage(int layer) => (_keys[layer], _values[layer]);

    /// <summary>
    /// Writes the keys and values, [batch, heads, n, head width], of the n positions after <see cref="Length"/> and
    /// returns views of all positions up to and including them. <see cref="Advance"/> follows once all layers have written.
    /// </summary>
    public (Tensor Keys, Tensor Values) Append(int layer, Tensor keys, Tensor values)
    {
        long count = keys.shape[2];
        if (Length + count > Capacity)
            throw new InvalidOperationException($"The cache holds {Capacity} positions, not {Length + count}.");
        using (var place = _keys[layer].narrow(2, Length, count))
            place.copy_(keys);
        using (var place = _values[layer].narrow(2, Length, count))
            place.copy_(values);
        return (_keys[layer].narrow(2, 0, Length + count), _values[layer].narrow(2, 0, Length + count));
    }

    /// <summary>Counts <paramref name="count"/> positions as filled.</summary>
    public void Advance(long count) => Length += count;

    /// <summary>Forgets every position from <paramref name="length"/> on.</summary>
    public void Truncate(long length) => Length = Math.Min(Length, length);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in _keys.Concat(_values))
            tensor.Dispose();
    }
}
