namespace Melody.Corpus.Production;

/// <summary>
/// A feedback delay network of eight lines with a Hadamard matrix (Jot and Chaigne, "Digital delay networks for
/// designing artificial reverberators", AES 1991): line i has the gain 10^(-3 d_i / T60), so all die away together, and
/// a one-pole low-pass that takes the highs first.
/// </summary>
internal sealed class Reverb
{
    private const int Lines = 8;

    // lengths without common divisor, milliseconds at size 1
    private static readonly double[] Milliseconds = [29.71, 35.11, 41.13, 43.67, 50.33, 56.91, 61.27, 68.93];

    private readonly float[][] _lines = new float[Lines][];
    private readonly int[] _positions = new int[Lines];
    private readonly float[] _gains = new float[Lines];
    private readonly float[] _state = new float[Lines];
    private readonly float _damping;

    /// <summary>Lays out the lines.</summary>
    /// <param name="seconds">T60.</param>
    /// <param name="size">Scale of the lengths.</param>
    /// <param name="dampingHertz">Corner of the low-pass in the loop.</param>
    /// <param name="rate">Sample rate, Hz.</param>
    public Reverb(double seconds, double size, double dampingHertz, int rate)
    {
        for (int i = 0; i < Lines; i++)
        {
            int length = Math.Max(1, (int)Math.Round(Milliseconds[i] / 1000 * size * rate));
            _lines[i] = new float[length];
            _gains[i] = (float)Math.Pow(10, -3.0 * length / (seconds * rate));
        }
        _damping = (float)Math.Exp(-2 * Math.PI * Math.Min(dampingHertz / rate, 0.49));
    }

    /// <summary>Only the reverb of a sound of one or two channels, <paramref name="tail"/> samples longer than the sound.</summary>
    public float[][] Process(float[][] channels, int tail)
    {
        int dry = channels[0].Length;
        float[][] output = channels.Select(_ => new float[dry + tail]).ToArray();
        Span<float> taps = stackalloc float[Lines];
        for (int n = 0; n < dry + tail; n++)
        {
            for (int i = 0; i < Lines; i++)
            {
                float echo = _lines[i][_positions[i]] * _gains[i];
                _state[i] = echo + _damping * (_state[i] - echo);
                taps[i] = _state[i];
                output[i % output.Length][n] += 0.5f * taps[i];
            }
            Hadamard(taps);
            for (int i = 0; i < Lines; i++)
            {
                float input = n < dry ? channels[i % channels.Length][n] : 0;
                _lines[i][_positions[i]] = taps[i] + (i % 4 < 2 ? input : -input);
                if (++_positions[i] == _lines[i].Length)
                    _positions[i] = 0;
            }
        }
        return output;
    }

    // the orthogonal 8 x 8 Hadamard matrix as three rounds of sums and differences
    private static void Hadamard(Span<float> x)
    {
        for (int width = 1; width < Lines; width *= 2)
        for (int i = 0; i < Lines; i++)
            if ((i & width) == 0)
                (x[i], x[i + width]) = (x[i] + x[i + width], x[i] - x[i + width]);
        const float scale = 0.35355339f; // 1 / sqrt(8)
        for (int i = 0; i < Lines; i++)
            x[i] *= scale;
    }
}
