using Melody.Training.Loop;
using Melody.Training.Ranks;

namespace Melody.Training.Data;

/// <summary>
/// Batches of short stereo segments at random places, each scaled to a random peak level so that the network meets quiet
/// and loud music alike; channels are swapped in half of them, and some are mono, one-sided or of opposite phases, as the
/// recordings of users are. Segments that are nearly silent are drawn again.
/// </summary>
/// <param name="pieces">Where the sound comes from.</param>
/// <param name="batch">Segments in a batch.</param>
/// <param name="samples">Samples of one channel in a segment.</param>
/// <param name="seed">Seed of the draw.</param>
internal sealed class StereoSegments(IStereoCollection pieces, int batch, int samples, long seed) : IBatchSource<float[]>
{
    private const float Silence = 0.002f;
    private const int Draws = 20;
    private const double MonoShare = 0.08,
        OneSidedShare = 0.03,
        OppositeShare = 0.02;

    private readonly long[] _ends = Ends(pieces);

    /// <summary>The segments one after the other, left channel before right: [batch * 2 * samples].</summary>
    public float[] Create(long index)
    {
        var random = BatchRandom.For(seed, index);
        var values = new float[batch * 2 * samples];
        for (int b = 0; b < batch; b++)
        {
            var segment = values.AsSpan(b * 2 * samples, 2 * samples);
            float peak = 0;
            for (int draw = 0; draw < Draws && peak < Silence; draw++)
                peak = Draw(random, segment);
            Place(random, segment[..samples], segment[samples..]);
            if (peak == 0)
                continue;
            // from -20 dB to full scale, but never a quiet passage blown up by more than 20 dB
            float gain = Math.Min(10, (float)Math.Pow(10, -random.NextDouble()) / peak);
            foreach (ref float v in segment)
                v *= gain;
        }
        return values;
    }

    // whether a segment is drawn again is known once it is read, so every rank reads all
    /// <inheritdoc/>
    public float[] Create(long index, BatchShare share) => share.Of(Create(index), batch);

    private float Draw(Random random, Span<float> segment)
    {
        int piece = BatchRandom.Find(_ends, random.NextInt64(_ends[^1]));
        long start = random.NextInt64(Math.Max(1, pieces.Samples(piece) - samples + 1));
        bool swapped = random.Next(2) == 1;
        var first = segment[..samples];
        var second = segment[samples..];
        if (swapped)
            pieces.Read(piece, start, second, first);
        else
            pieces.Read(piece, start, first, second);
        float peak = 0;
        foreach (float v in segment)
            peak = Math.Max(peak, Math.Abs(v));
        return peak;
    }

    private static void Place(Random random, Span<float> left, Span<float> right)
    {
        double draw = random.NextDouble();
        if (draw < MonoShare)
        {
            for (int n = 0; n < left.Length; n++)
                left[n] = right[n] = 0.5f * (left[n] + right[n]);
            return;
        }
        draw -= MonoShare;
        if (draw < OneSidedShare)
            right.Clear();
        else if (draw < OneSidedShare + OppositeShare)
            for (int n = 0; n < left.Length; n++)
                right[n] = -left[n];
    }

    private static long[] Ends(IStereoCollection pieces)
    {
        var ends = new long[pieces.Count];
        long end = 0;
        for (int i = 0; i < ends.Length; i++)
            ends[i] = end += pieces.Samples(i);
        return ends;
    }
}
