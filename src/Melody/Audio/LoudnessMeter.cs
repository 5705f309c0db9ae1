namespace Melody.Audio;

/// <summary>
/// Integrated loudness of ITU-R BS.1770-4 (LUFS = LKFS): K-weighted mean squares over blocks of 400 ms every 100 ms,
/// -0.691 + 10 log10(sum of weighted channels), gated at -70 LUFS and then 10 LU below the mean; and the loudness range
/// of EBU Tech 3342. Samples may come in blocks of any size.
/// </summary>
/// <remarks>
/// Channels are taken in WAV order. Surround channels weigh 1.41, the low-frequency channel nothing, all others 1; one
/// channel counts once, as the standard says. Audio shorter than 400 ms is one block.
/// </remarks>
internal sealed class LoudnessMeter
{
    private const double AbsoluteGate = -70,
        Offset = -0.691;

    private readonly KWeighting[] _filters;
    private readonly double[] _weights;
    private readonly int _step; // frames in 100 ms
    private readonly List<double> _energies = []; // weighted sums of squares of each 100 ms
    private double _sum;
    private int _inStep;

    /// <summary>Starts a measurement.</summary>
    /// <param name="sampleRate">Hz, at least 4,000.</param>
    /// <param name="channels">Interleaved channels.</param>
    public LoudnessMeter(int sampleRate, int channels)
    {
        if (sampleRate < KWeighting.MinimumSampleRate)
            throw new MelodyException(
                $"Loudness is measured from {KWeighting.MinimumSampleRate} Hz on, and this audio has {sampleRate} Hz; resample it."
            );
        _filters = [.. Enumerable.Range(0, channels).Select(_ => new KWeighting(sampleRate))];
        _weights = Weights(channels);
        _step = (int)Math.Round(sampleRate / 10.0);
    }

    /// <summary>Measures a clip.</summary>
    public static LoudnessMeter Of(AudioClip clip)
    {
        var meter = new LoudnessMeter(clip.SampleRate, clip.Channels);
        meter.Add(clip.Samples);
        return meter;
    }

    /// <summary>Takes the next whole frames.</summary>
    public void Add(ReadOnlySpan<float> interleaved)
    {
        int channels = _filters.Length;
        for (int at = 0; at + channels <= interleaved.Length; at += channels)
        {
            for (int c = 0; c < channels; c++)
            {
                if (_weights[c] == 0)
                    continue;
                double y = _filters[c].Next(interleaved[at + c]);
                _sum += _weights[c] * y * y;
            }
            if (++_inStep < _step)
                continue;
            _energies.Add(_sum);
            (_sum, _inStep) = (0, 0);
        }
    }

    /// <summary>Integrated loudness of everything so far, LUFS; negative infinity where nothing passes the gates.</summary>
    public double Integrated
    {
        get
        {
            var blocks = Blocks(4).Where(z => Loudness(z) > AbsoluteGate).ToArray();
            if (blocks.Length == 0)
                return double.NegativeInfinity;
            double gate = Loudness(blocks.Average()) - 10;
            return Loudness(blocks.Where(z => Loudness(z) > gate).Average());
        }
    }

    /// <summary>
    /// Loudness range, LU: from the 10th to the 95th percentile of 3 s blocks, gated at -70 LUFS and 20 LU below their mean.
    /// </summary>
    public double Range
    {
        get
        {
            var blocks = Blocks(30).Where(z => Loudness(z) > AbsoluteGate).ToArray();
            if (blocks.Length == 0)
                return 0;
            double gate = Loudness(blocks.Average()) - 20;
            var sorted = blocks.Select(Loudness).Where(l => l > gate).Order().ToArray();
            return Percentile(0.95) - Percentile(0.10);
            double Percentile(double part) => sorted[(int)Math.Round((sorted.Length - 1) * part)];
        }
    }

    // Mean squares of blocks of so many steps, one from each step on.
    private IEnumerable<double> Blocks(int steps)
    {
        if (_energies.Count < steps)
        {
            long frames = (long)_energies.Count * _step + _inStep;
            if (frames > 0)
                yield return (_energies.Sum() + _sum) / frames;
            yield break;
        }
        for (int start = 0; start + steps <= _energies.Count; start++)
        {
            double sum = 0;
            for (int i = 0; i < steps; i++)
                sum += _energies[start + i];
            yield return sum / ((double)steps * _step);
        }
    }

    private static double Loudness(double meanSquare) => Offset + 10 * Math.Log10(meanSquare);

    private static double[] Weights(int channels) =>
        channels switch
        {
            4 => [1, 1, 1.41, 1.41], // left, right, surrounds
            5 => [1, 1, 1, 1.41, 1.41], // left, right, centre, surrounds
            6 => [1, 1, 1, 0, 1.41, 1.41], // left, right, centre, low frequencies, surrounds
            8 => [1, 1, 1, 0, 1, 1, 1.41, 1.41], // 5.1's front, back at 135 degrees or more, sides
            _ => [.. Enumerable.Repeat(1.0, channels)],
        };
}
