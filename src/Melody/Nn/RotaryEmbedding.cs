using static TorchSharp.torch;

namespace Melody.Nn;

/// <summary>
/// Rotary position embedding (Su et al., "RoFormer", 2021): pair i of a head's channels, (i, i + width/2), turns by
/// position * base^(-2i/width). The product of a rotated query and key then depends on their distance only.
/// Positions may be fractional, so queries and keys on different grids can share one unit of time.
/// </summary>
internal readonly struct RotaryEmbedding : IDisposable
{
    private readonly Tensor _cos,
        _sin;

    /// <param name="positions">Positions of the sequence, float32 [length].</param>
    /// <param name="headWidth">Channels per head, even.</param>
    /// <param name="type">Type of the tensors to be rotated.</param>
    /// <param name="frequencyBase">Base of the geometric frequency series.</param>
    public RotaryEmbedding(Tensor positions, long headWidth, ScalarType type, double frequencyBase = 10000)
    {
        var exponents = arange(0, headWidth, 2, ScalarType.Float32, positions.device) * (-Math.Log(frequencyBase) / headWidth);
        var angles = positions.unsqueeze(-1) * exponents.exp().unsqueeze(0);
        angles = cat([angles, angles], -1);
        (_cos, _sin) = (angles.cos().to_type(type), angles.sin().to_type(type));
    }

    private RotaryEmbedding(Tensor cos, Tensor sin) => (_cos, _sin) = (cos, sin);

    /// <summary>The rotations of positions <paramref name="start"/> .. start + length.</summary>
    public RotaryEmbedding Slice(long start, long length) => new(_cos.narrow(0, start, length), _sin.narrow(0, start, length));

    /// <summary>Keeps the rotations alive beyond the dispose scope they were made in; <see cref="Dispose"/> is then due.</summary>
    public RotaryEmbedding DetachFromDisposeScope() => new(_cos.DetachFromDisposeScope(), _sin.DetachFromDisposeScope());

    /// <inheritdoc/>
    public void Dispose()
    {
        _cos.Dispose();
        _sin.Dispose();
    }

    /// <summary>Rotates queries or keys, [..., length, head width].</summary>
    public Tensor Rotate(Tensor input)
    {
        var halves = input.chunk(2, -1);
        return input * _cos + cat([-halves[1], halves[0]], -1) * _sin;
    }
}
