using System.ComponentModel;
using System.Diagnostics;
using Melody.Audio;

namespace Melody.Tests.Audio;

/// <summary>Test signals from formulas, and other programs to compare with.</summary>
internal static class Sounds
{
    /// <summary>amplitude sin(2 pi f t).</summary>
    public static float[] Sine(double hertz, int rate, int samples, double amplitude = 1, double phase = 0)
    {
        var wave = new float[samples];
        for (int i = 0; i < samples; i++)
            wave[i] = (float)(amplitude * Math.Sin(2 * Math.PI * hertz * i / rate + phase));
        return wave;
    }

    /// <summary>Uniform noise from a seed, in [-amplitude, amplitude].</summary>
    public static float[] Noise(int seed, int samples, double amplitude = 1)
    {
        var random = new Random(seed);
        var wave = new float[samples];
        for (int i = 0; i < samples; i++)
            wave[i] = (float)(amplitude * (2 * random.NextDouble() - 1));
        return wave;
    }

    /// <summary>Channels of equal length as frames.</summary>
    public static float[] Interleave(params float[][] channels) =>
        [.. Enumerable.Range(0, channels[0].Length).SelectMany(i => channels.Select(c => c[i]))];

    /// <summary>Root of the mean square.</summary>
    public static double Rms(ReadOnlySpan<float> samples)
    {
        double sum = 0;
        foreach (float s in samples)
            sum += (double)s * s;
        return Math.Sqrt(sum / samples.Length);
    }

    /// <summary>Decibels of an amplitude ratio.</summary>
    public static double Decibels(double ratio) => 20 * Math.Log10(ratio);

    /// <summary>Skips the test unless libsndfile is there.</summary>
    public static void NeedSoundFile() => Assert.SkipUnless(SoundFile.IsAvailable, "needs libsndfile: apt-get install libsndfile1");

    /// <summary>What a program prints (both streams); skips the test when it is not installed.</summary>
    public static string Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        Process? process = null;
        try
        {
            process = Process.Start(start);
        }
        catch (Win32Exception)
        {
            Assert.Skip($"needs {program}: apt-get install {program}");
        }
        using (process)
        {
            var error = process!.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd() + error.GetAwaiter().GetResult();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, output);
            return output;
        }
    }
}

/// <summary>A folder for a test's files that goes with the test.</summary>
public abstract class FolderTest : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("melody-audio-");

    /// <summary>A path in the folder.</summary>
    protected string In(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>Names of the files in the folder.</summary>
    protected string[] Files => [.. _folder.GetFiles().Select(f => f.Name).Order(StringComparer.Ordinal)];

    public void Dispose()
    {
        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }
}
