namespace Melody.Listening;

/// <summary>
/// How strongly an <see cref="OnsetEnvelope"/> repeats at each of many rates, evenly spaced in the logarithm: by its
/// autocorrelation and by its Fourier transform (Grosche, Müller and Kurth, "Cyclic tempogram", 2010). A ratio of rates is
/// a shift along the grid, so that what tells a beat from its half or double looks the same at every tempo.
/// </summary>
internal sealed class Tempogram
{
    /// <summary>Slowest tempo that can be heard, beats a minute.</summary>
    public const double Slowest = 45;

    /// <summary>Logarithm of the ratio of neighbouring tempi.</summary>
    public const double Step = 0.01;

    /// <summary>Number of tempi: 45 to 214 a minute.</summary>
    public const int Tempi = 157;

    private const int Below = 209,
        Above = 180,
        Points = Below + Tempi + Above; // an eighth of the slowest to six times the fastest
    private static readonly double[] LagRatios = [4, 3, 2, 1.5, 4.0 / 3, 1, 0.75, 2.0 / 3, 0.5, 1.0 / 3, 0.25, 1.0 / 6, 0.125];
    private static readonly double[] RateRatios = [0.25, 1.0 / 3, 0.5, 2.0 / 3, 1, 4.0 / 3, 1.5, 2, 3, 4, 6];
    private static readonly double[] TempoCentres = [-1.2, -0.9, -0.6, -0.3, 0, 0.3, 0.6, 0.9],
        DensityCentres = [-1, 0, 1, 2, 3];

    private readonly double[] _correlation,
        _byLag,
        _byRate;
    private readonly double _density,
        _rate;

    /// <summary>Of onsets; see <see cref="IsFlat"/>.</summary>
    public Tempogram(OnsetEnvelope onsets)
    {
        (_rate, _density) = (onsets.Rate, onsets.Density);
        _correlation = Autocorrelation(onsets.Values);
        IsFlat = _correlation.Length == 0;
        _byLag = [.. Enumerable.Range(0, Points).Select(k => At(_correlation, _rate / Hertz(k)))];
        _byRate = IsFlat ? new double[Points] : Fourier(onsets.Values);
    }

    /// <summary>Whether nothing ever begins.</summary>
    public bool IsFlat { get; }

    /// <summary>Beats a minute at a place of the grid.</summary>
    public static double Bpm(int tempo) => Slowest * Math.Exp(Step * tempo);

    /// <summary>Autocorrelation at a beat of that many a minute, at most 1.</summary>
    public double Correlation(double bpm) => At(_correlation, 60 * _rate / bpm);

    /// <summary>Mean autocorrelation at one to four beats, as far as they are heard.</summary>
    public double Comb(double bpm)
    {
        var lags = Enumerable.Range(1, 4).Select(beats => 60 * _rate / bpm * beats).Where(lag => lag < _correlation.Length - 2).ToList();
        return lags.Count == 0 ? 0 : lags.Average(lag => At(_correlation, lag));
    }

    /// <summary>
    /// What a tempo is told from: one vector a tempo of the grid, both curves at simple ratios, the tempo and the density of onsets.
    /// </summary>
    public float[][] Candidates() =>
        [
            .. Enumerable
                .Range(0, Tempi)
                .Select(tempo =>
                {
                    var vector = new List<float>();
                    foreach (double ratio in LagRatios)
                        vector.Add((float)Near(_byLag, tempo, ratio));
                    foreach (double ratio in RateRatios)
                        vector.Add((float)(2 * Near(_byRate, tempo, ratio)));
                    double octave = Math.Log2(Bpm(tempo) / 110),
                        density = Math.Log2((_density + 0.3) / (Bpm(tempo) / 60));
                    foreach (double centre in TempoCentres)
                        vector.Add((float)Math.Exp(-Math.Pow((octave - centre) / 0.2, 2)));
                    foreach (double centre in DensityCentres)
                        vector.Add((float)Math.Exp(-Math.Pow((density - centre) / 0.5, 2)));
                    return vector.ToArray();
                }),
        ];

    private static double Hertz(int point) => Slowest / 60 * Math.Exp(Step * (point - Below));

    // the highest of three neighbours
    private static double Near(double[] curve, int tempo, double ratio)
    {
        int place = tempo + Below + (int)Math.Round(Math.Log(ratio) / Step);
        double best = double.NegativeInfinity;
        for (int k = Math.Max(0, place - 1); k <= Math.Min(Points - 1, place + 1); k++)
            best = Math.Max(best, curve[k]);
        return best;
    }

    private static double At(double[] values, double position)
    {
        int low = (int)position;
        return low + 1 >= values.Length ? 0 : values[low] + (position - low) * (values[low + 1] - values[low]);
    }

    // unbiased, of the zero-mean envelope smoothed over 50 ms, 1 at lag 0; lags up to four fifths of the sound
    private static double[] Autocorrelation(double[] envelope)
    {
        double[] kernel = [0.25, 0.5, 0.75, 1, 0.75, 0.5, 0.25];
        int count = envelope.Length;
        var smooth = new double[count];
        for (int i = 0; i < count; i++)
        for (int j = 0; j < kernel.Length; j++)
            if (i + j - 3 >= 0 && i + j - 3 < count)
                smooth[i] += kernel[j] * envelope[i + j - 3];
        double mean = smooth.DefaultIfEmpty(0).Average();
        for (int i = 0; i < count; i++)
            smooth[i] -= mean;
        double energy = smooth.Sum(v => v * v) / Math.Max(1, count);
        if (energy < 1e-9)
            return [];
        var result = new double[count * 4 / 5];
        for (int lag = 0; lag < result.Length; lag++)
        {
            double sum = 0;
            for (int i = lag; i < count; i++)
                sum += smooth[i] * smooth[i - lag];
            result[lag] = sum / (count - lag) / energy;
        }
        return result;
    }

    // magnitudes under a Hann window over sqrt(energy * length): at most 1
    private double[] Fourier(double[] envelope)
    {
        double mean = envelope.Average();
        var windowed = envelope.Select((v, i) => (v - mean) * (0.5 - 0.5 * Math.Cos(2 * Math.PI * i / envelope.Length))).ToArray();
        double scale = Math.Sqrt(windowed.Sum(v => v * v) * windowed.Length) + 1e-9;
        return
        [
            .. Enumerable
                .Range(0, Points)
                .Select(k =>
                {
                    var (sine, cosine) = Math.SinCos(2 * Math.PI * Hertz(k) / _rate);
                    double real = 0,
                        imaginary = 0,
                        x = 1,
                        y = 0;
                    foreach (double v in windowed)
                    {
                        (real, imaginary) = (real + v * x, imaginary + v * y);
                        (x, y) = (x * cosine - y * sine, x * sine + y * cosine);
                    }
                    return Math.Sqrt(real * real + imaginary * imaginary) / scale;
                }),
        ];
    }
}
