using Melody.Training.Ranks;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Training.Augmentation;

/// <summary>
/// SpecAugment (Park et al., arXiv 1904.08779) without time warping: hides bands and stretches of time in every example
/// of a batch, each with a width drawn from 0 to its limit and a place of its own.
/// </summary>
internal sealed record SpecAugment
{
    /// <summary>Masks across frequency in each example.</summary>
    [Size(0, 100)]
    public int FrequencyMasks { get; init; } = 2;

    /// <summary>Widest frequency mask as a share of the bands.</summary>
    [Size(0, 1)]
    public double FrequencyShare { get; init; } = 0.15;

    /// <summary>Masks across time in each example.</summary>
    [Size(0, 100)]
    public int TimeMasks { get; init; } = 2;

    /// <summary>Widest time mask as a share of the frames.</summary>
    [Size(0, 1)]
    public double TimeShare { get; init; } = 0.1;

    /// <summary>A masked copy of [batch, frames, bands].</summary>
    /// <param name="spectrogram">What the audio tower would see.</param>
    /// <param name="value">What hidden cells become.</param>
    /// <param name="random">Decides widths and places.</param>
    /// <param name="share">Which rows of a batch these are, for all of which numbers are drawn; null for all.</param>
    public Tensor Apply(Tensor spectrogram, double value, Random random, BatchShare? share = null)
    {
        var rows = share ?? BatchShare.Whole;
        using var scope = NewDisposeScope();
        var (frames, bands) = (spectrogram.shape[1], spectrogram.shape[2]);
        var hidden = Masks(spectrogram.shape[0], frames, TimeMasks, TimeShare, random, rows, spectrogram.device)
            .unsqueeze(2)
            .logical_or(Masks(spectrogram.shape[0], bands, FrequencyMasks, FrequencyShare, random, rows, spectrogram.device).unsqueeze(1));
        return spectrogram.masked_fill(hidden, value).MoveToOuterDisposeScope();
    }

    // bool [batch, length]
    private static Tensor Masks(long batch, long length, int count, double share, Random random, BatchShare rows, Device device)
    {
        var hidden = new bool[batch * length];
        for (long row = 0; row < batch * rows.Parts; row++)
        for (int mask = 0; mask < count; mask++)
        {
            long width = random.NextInt64((long)(share * length) + 1),
                start = random.NextInt64(length - width + 1),
                example = row - rows.Part * batch;
            if (example >= 0 && example < batch)
                Array.Fill(hidden, true, (int)(example * length + start), (int)width);
        }
        return tensor(hidden, [batch, length], ScalarType.Bool, device);
    }
}
