using Melody.Nn;
using Melody.Runtime;
using static TorchSharp.torch;

namespace Melody.Diffusion;

/// <summary>
/// The rotary positions of a sequence cut into segments. Self-attention counts segments. Cross-attention, where it is
/// aligned in time, gives each column its centre's time and each token its own centre's time, both in tokens: so a
/// column's query meets the key of the token that sounds in it, whatever the rates of latents and tokens.
/// </summary>
internal sealed class SegmentPositions
{
    private readonly RotaryEmbedding?[] _columns;

    public SegmentPositions(DenoiserConfig config, long frames, Device device)
    {
        long segments = Segmentation.Count(frames, config.SegmentLength),
            half = config.SegmentLength / 2;
        long headWidth = config.HiddenWidth / config.Heads;
        double tokensPerFrame = (double)config.TokenRate / config.LatentRate;
        var index = arange(segments, ScalarType.Float32, device);
        Segment = new RotaryEmbedding(index, headWidth, ComputePrecision.Current);
        _columns = new RotaryEmbedding?[config.SegmentLength + 1];
        if (!config.TimeAlignedCrossAttention)
            return;
        SegmentTime = new RotaryEmbedding(index * (half * tokensPerFrame), headWidth, ComputePrecision.Current);
        for (int block = 0; block < config.Blocks; block++)
        {
            int factor = SegmentMerging.Factor(block, config.Blocks);
            if (_columns[factor] is not null)
                continue;
            var column = (arange(config.SegmentLength / factor, ScalarType.Float32, device) + 0.5) * factor - half;
            var times = (index.unsqueeze(1) * half + column.unsqueeze(0)) * tokensPerFrame;
            _columns[factor] = new RotaryEmbedding(times.flatten(), headWidth, ComputePrecision.Current);
        }
    }

    /// <summary>Positions 0, 1, .. S - 1, for self-attention.</summary>
    public RotaryEmbedding Segment { get; }

    /// <summary>The times of the segments, for queries and keys that both are hidden states of one column.</summary>
    public RotaryEmbedding? SegmentTime { get; }

    /// <summary>The times of all columns, [S * K / factor] in the order of segments and then columns.</summary>
    public RotaryEmbedding? Columns(int factor) => _columns[factor];

    /// <summary>The times of tokens, for keys.</summary>
    public static RotaryEmbedding? Tokens(DenoiserConfig config, long tokens, Device device) =>
        config.TimeAlignedCrossAttention
            ? new RotaryEmbedding(
                arange(tokens, ScalarType.Float32, device) + 0.5,
                config.HiddenWidth / config.Heads,
                ComputePrecision.Current
            )
            : null;
}
