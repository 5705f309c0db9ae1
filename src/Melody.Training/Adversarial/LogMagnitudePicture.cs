using Melody.Autoencoder.Magnitude;
using Melody.Runtime;
using static TorchSharp.torch;

namespace Melody.Training.Adversarial;

/// <summary>
/// Log-magnitudes as a picture for a discriminator: rows one bin apart at low frequencies, where partials have to stay apart, and
/// a fraction of the ear's bandwidth (Glasberg and Moore, 1990) higher up; normalised to mean 0 and deviation 1 of the corpus.
/// </summary>
internal sealed class LogMagnitudePicture
{
    private const double ShareOfBandwidth = 0.25;

    private readonly DeviceTensor _weights;

    /// <param name="config">Sample rate and transform.</param>
    public LogMagnitudePicture(MagnitudeAutoencoderConfig config)
    {
        int count = config.Bins;
        double width = (double)config.SampleRate / config.FftSize;
        var centres = new List<double>();
        for (double bin = 0; bin < count; bin += Step(bin))
            centres.Add(bin);
        Rows = centres.Count;
        var weights = new float[count * Rows];
        for (int row = 0; row < Rows; row++)
        {
            // triangles from the row before to the row after
            double reach = Step(centres[row]);
            int low = (int)Math.Ceiling(centres[row] - reach),
                high = (int)Math.Floor(centres[row] + reach);
            int[] bins = [.. Enumerable.Range(low, high - low + 1).Where(k => k >= 0 && k < count)];
            double sum = bins.Sum(Weight);
            foreach (int k in bins)
                weights[k * Rows + row] = (float)(Weight(k) / sum);

            double Weight(int k) => Math.Max(0, 1 - Math.Abs(k - centres[row]) / reach);
        }

        _weights = new(device => tensor(weights, [count, Rows], device: device));

        double Step(double bin) => Math.Max(1, ShareOfBandwidth * 24.7 * (4.37e-3 * bin * width + 1) / width);
    }

    /// <summary>Rows of a picture.</summary>
    public int Rows { get; }

    /// <summary>Log-magnitudes [batch, frames, bins] -> [batch, 1, frames, rows].</summary>
    /// <param name="logMagnitude">Nepers.</param>
    /// <param name="network">Whose mean and deviation are taken.</param>
    public Tensor Of(Tensor logMagnitude, MagnitudeAutoencoder network) =>
        matmul((logMagnitude - network.Mean) / network.Deviation, _weights.On(logMagnitude.device)).unsqueeze(1);
}
