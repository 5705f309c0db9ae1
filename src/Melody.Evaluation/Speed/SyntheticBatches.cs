using Melody.Diffusion;
using Melody.LanguageModel;
using Melody.Nn;
using Melody.Training.Data;
using Melody.Training.Loop;

namespace Melody.Evaluation.Speed;

/// <summary>Pieces of chords of sines in memory: sound to train on where no corpus is at hand.</summary>
/// <param name="sampleRate">Hz.</param>
internal sealed class SyntheticAudio(int sampleRate) : IAudioCollection
{
    private const int Pieces = 4,
        SecondsEach = 10;

    private readonly float[][] _pieces =
    [
        .. Enumerable.Range(0, Pieces).Select(piece => Chord(new Random(piece), sampleRate * SecondsEach, sampleRate)),
    ];

    /// <inheritdoc/>
    public int SampleRate => sampleRate;

    /// <inheritdoc/>
    public int Count => Pieces;

    /// <inheritdoc/>
    public long Samples(int piece) => _pieces[piece].Length;

    /// <inheritdoc/>
    public void Read(int piece, long start, Span<float> into)
    {
        var samples = _pieces[piece].AsSpan((int)start);
        int count = Math.Min(samples.Length, into.Length);
        samples[..count].CopyTo(into);
        into[count..].Clear();
    }

    private static float[] Chord(Random random, int samples, int sampleRate)
    {
        double[] frequencies = [.. Enumerable.Range(0, 6).Select(_ => 80 * Math.Pow(2, 5 * random.NextDouble()))];
        var sound = new float[samples];
        for (int n = 0; n < samples; n++)
            sound[n] = (float)frequencies.Sum(f => 0.1 * Math.Sin(2 * Math.PI * f * n / sampleRate));
        return sound;
    }
}

/// <summary>Random semantic tokens without conditions.</summary>
/// <param name="sizes">Of the language model.</param>
/// <param name="batch">Examples.</param>
internal sealed class SyntheticSemantics(SemanticLanguageModelConfig sizes, int batch) : IBatchSource<SemanticBatch>
{
    private readonly SemanticVocabulary _vocabulary = new(sizes);

    /// <inheritdoc/>
    public SemanticBatch Create(long index)
    {
        var random = BatchRandom.For(1, index);
        long[] conditions =
        [
            .. Enumerable
                .Range(0, batch)
                .SelectMany(_ =>
                    _vocabulary.Conditions([.. Enumerable.Range(0, sizes.PrefixLevels).Select(_ => (long)random.Next(sizes.PrefixCodes))])
                ),
        ];
        int frames = batch * sizes.Window;
        return new(conditions, SyntheticTokens.Draw(sizes.Sizes(), frames, random), [.. Enumerable.Repeat(true, frames)]);
    }
}

/// <summary>Random latents under random tokens.</summary>
/// <param name="sizes">Of the denoiser.</param>
/// <param name="batch">Examples.</param>
internal sealed class SyntheticLatents(DenoiserConfig sizes, int batch) : IBatchSource<LatentBatch>
{
    /// <inheritdoc/>
    public LatentBatch Create(long index)
    {
        var random = BatchRandom.For(1, index);
        int tokens = sizes.WindowTokens();
        float[] latents = [.. Enumerable.Range(0, batch * sizes.Frames * sizes.LatentChannels).Select(_ => random.NextSingle() - 0.5f)];
        return new(latents, SyntheticTokens.Draw(sizes.Sizes(), batch * tokens, random), []);
    }
}

/// <summary>Random semantic tokens.</summary>
internal static class SyntheticTokens
{
    /// <summary>Frames of tokens, [frames, codebooks] flat.</summary>
    public static long[] Draw(CodebookSizes books, int frames, Random random) =>
        [.. Enumerable.Range(0, frames * books.Count).Select(i => (long)random.Next(books[i % books.Count]))];
}
