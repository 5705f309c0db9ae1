using Melody.Audio;
using Melody.Autoencoder.Magnitude;
using Melody.PhaseRetrieval;
using static TorchSharp.torch;

namespace Melody.Evaluation.Reconstruction;

/// <summary>Something that gives stereo sound back, and the place where it loses some of it.</summary>
/// <param name="Name">What it is called in the report.</param>
/// <param name="Rebuild">Interleaved stereo at the network's rate to the same, of equal length.</param>
internal sealed record StereoCodec(string Name, Func<float[], float[]> Rebuild)
{
    /// <summary>The true features of the sound, and the synthesis: what phase retrieval alone loses.</summary>
    public static StereoCodec TrueMagnitudes(MagnitudeAutoencoder network) => new("true magnitudes", samples => Features(network, samples));

    /// <summary>The autoencoder and the synthesis.</summary>
    public static StereoCodec Whole(MagnitudeAutoencoder network, string name, SynthesisOptions? synthesis = null)
    {
        var codec = new MagnitudeCodec(network, synthesis);
        return new(name, samples =>
        {
            var (left, right) = Split(samples);
            return codec.Decode(codec.Encode(left, right))[..samples.Length];
        });
    }

    private static float[] Features(MagnitudeAutoencoder network, float[] samples)
    {
        using var scope = NewDisposeScope();
        var (left, right) = Split(samples);
        var sizes = network.Config;
        int hop = sizes.HopLength,
            length = (left.Length + hop - 1) / hop * hop;
        Array.Resize(ref left, length);
        Array.Resize(ref right, length);
        var features = network.Spectrogram.Analyze(tensor((float[])[.. left, .. right], [1, 2, length]));
        float[] Rows(Tensor values) => values.contiguous().data<float>().ToArray();
        var synthesizer = new SpectrogramSynthesizer(new(sizes.FftSize, hop), sizes.SampleRate, channels: 2);
        float[] rebuilt =
        [
            .. synthesizer.Push(
                new()
                {
                    LogMagnitudes = Rows(features.LogMagnitude),
                    Balance = Rows(features.Balance),
                    Correlation = Rows(features.Correlation),
                }
            ),
            .. synthesizer.Finish(),
        ];
        return rebuilt[..samples.Length];
    }

    /// <summary>Interleaved stereo to its channels.</summary>
    public static (float[] Left, float[] Right) Split(float[] interleaved)
    {
        var (left, right) = (new float[interleaved.Length / 2], new float[interleaved.Length / 2]);
        for (int n = 0; n < left.Length; n++)
            (left[n], right[n]) = (interleaved[2 * n], interleaved[2 * n + 1]);
        return (left, right);
    }
}
