using Melody.Training.Loop;
using Melody.Training.Ranks;

namespace Melody.Training.Data;

/// <summary>
/// Batches of short segments at random places, long pieces chosen in proportion to their length, each scaled to a random
/// peak level so that the network meets quiet and loud music alike. Segments that are nearly silent are drawn again.
/// </summary>
/// <param name="pieces">Where the audio comes from.</param>
/// <param name="batch">Segments in a batch.</param>
/// <param name="samples">Samples in a segment.</param>
/// <param name="seed">Seed of the draw.</param>
internal sealed class AudioSegments(IAudioCollection pieces, int batch, int samples, long seed) : IBatchSource<float[]>
{
    private const float Silence = 0.002f;
    private const int Draws = 20;

    private readonly long[] _ends = Ends(pieces);

    /// <summary>The segments one after the other, [batch * samples].</summary>
    public float[] Create(long index)
    {
        var random = BatchRandom.For(seed, index);
        var values = new float[batch * samples];
        for (int b = 0; b < batch; b++)
        {
            var segment = values.AsSpan(b * samples, samples);
            float peak = 0;
            for (int draw = 0; draw < Draws && peak < Silence; draw++)
            {
                Draw(random, segment);
                peak = 0;
                foreach (float v in segment)
                    peak = Math.Max(peak, Math.Abs(v));
            }
            if (peak == 0)
                continue;
            // from -20 dB to full scale, but never a quiet passage blown up by more than 20 dB
            float gain = Math.Min(10, (float)Math.Pow(10, -random.NextDouble()) / peak);
            for (int i = 0; i < samples; i++)
                segment[i] *= gain;
        }
        return values;
    }

    // whether a segment is drawn again is known once it is read, so every rank reads all
    /// <inheritdoc/>
    public float[] Create(long index, BatchShare share) => share.Of(Create(index), batch);

    private void Draw(Random random, Span<float> segment)
    {
        long at = random.NextInt64(_ends[^1]);
        int piece = BatchRandom.Find(_ends, at);
        long start = random.NextInt64(Math.Max(1, pieces.Samples(piece) - samples + 1));
        pieces.Read(piece, start, segment);
    }

    private static long[] Ends(IAudioCollection pieces)
    {
        if (pieces.Count == 0)
            throw new MelodyException("No audio to train on: the training split of the corpus is empty.");
        var ends = new long[pieces.Count];
        long end = 0;
        for (int i = 0; i < ends.Length; i++)
            ends[i] = end += pieces.Samples(i);
        return ends;
    }
}
