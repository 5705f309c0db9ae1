using Melody.Audio;
using Melody.Evaluation.Metrics;

namespace Melody.Evaluation.Reports;

/// <summary>
/// A sound as a picture: time to the right, frequency upwards on a logarithmic scale from 40 Hz to half the sample rate,
/// -80 dB black to the loudest white.
/// </summary>
internal static class SpectrogramPicture
{
    private const int FftSize = 2048,
        Height = 160,
        LongestWidth = 1000;
    private const double LowestHertz = 40,
        RangeDecibels = 80,
        FramesPerSecond = 50;

    // dark blue, violet, orange, yellow, white: even steps of brightness
    private static readonly (double At, double Red, double Green, double Blue)[] Stops =
    [
        (0, 0, 0, 4),
        (0.25, 60, 15, 110),
        (0.5, 165, 45, 95),
        (0.75, 245, 125, 20),
        (0.92, 250, 215, 80),
        (1, 252, 255, 240),
    ];

    /// <summary>The colours from quiet to loud.</summary>
    public static IReadOnlyList<(byte Red, byte Green, byte Blue)> Palette { get; } =
    [.. Enumerable.Range(0, 256).Select(i => Colour(i / 255.0))];

    /// <summary>A PNG file of sound; where it has several channels, of the root mean square of their spectra.</summary>
    public static byte[] Draw(AudioClip clip)
    {
        int hop = (int)Math.Max(clip.SampleRate / FramesPerSecond, (double)clip.Frames / LongestWidth);
        var spectrum = Of(clip, Math.Max(1, hop));
        double loudest = Math.Max(1e-6, spectrum.Values.Max()),
            top = clip.SampleRate / 2.0;
        var pixels = new byte[spectrum.Frames * Height];
        for (int y = 0; y < Height; y++)
        {
            int first = Bin(y, Height),
                last = Math.Max(first, Bin(y, Height, 1) - 1);
            for (int x = 0; x < spectrum.Frames; x++)
            {
                double magnitude = 0;
                for (int bin = first; bin <= last; bin++)
                    magnitude = Math.Max(magnitude, spectrum.Values[x * spectrum.Bins + bin]);
                double decibels = Spectrogram.Decibels(magnitude / loudest, -RangeDecibels);
                pixels[(Height - 1 - y) * spectrum.Frames + x] = (byte)Math.Round(255 * (1 + decibels / RangeDecibels));
            }
        }
        return PngImage.Encode(spectrum.Frames, Height, pixels, Palette);

        int Bin(int row, int rows, int offset = 0) =>
            Math.Clamp(
                (int)Math.Round(LowestHertz * Math.Pow(top / LowestHertz, (row + offset) / (double)rows) * FftSize / clip.SampleRate),
                0,
                spectrum.Bins - 1
            );
    }

    private static Spectrogram Of(AudioClip clip, int hop)
    {
        var spectra = FoldedSound.Channels(clip).Select(samples => Spectrogram.Of(samples, FftSize, hop)).ToList();
        if (spectra.Count == 1)
            return spectra[0];
        var values = new float[spectra[0].Values.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = (float)Math.Sqrt(spectra.Average(spectrum => (double)spectrum.Values[i] * spectrum.Values[i]));
        return spectra[0] with { Values = values };
    }

    private static (byte Red, byte Green, byte Blue) Colour(double at)
    {
        int i = 1;
        while (i < Stops.Length - 1 && Stops[i].At < at)
            i++;
        var (low, high) = (Stops[i - 1], Stops[i]);
        double t = (at - low.At) / (high.At - low.At);
        return (
            (byte)(low.Red + t * (high.Red - low.Red)),
            (byte)(low.Green + t * (high.Green - low.Green)),
            (byte)(low.Blue + t * (high.Blue - low.Blue))
        );
    }
}
