namespace Melody.Corpus.Rendering;

/// <summary>Collects what the synthesiser makes, block after block, for some of its stereo outputs.</summary>
internal sealed class BlockBuffer
{
    private const int Block = RenderSchedule.BlockSize,
        ChunkBlocks = 32,
        Chunk = ChunkBlocks * Block;

    private readonly int _outputs;
    private readonly int[] _kept;
    private readonly float[] _staging;
    private readonly float[][] _sides;
    private int _length;

    /// <summary>Makes room for this many blocks and the longest tail.</summary>
    /// <param name="settings">Rate and longest tail.</param>
    /// <param name="blocks">Blocks before the tail.</param>
    /// <param name="outputs">Stereo outputs of the synthesiser.</param>
    /// <param name="kept">The outputs that are kept, 0 .. outputs - 1; nothing may sound at the others.</param>
    public BlockBuffer(RenderSettings settings, long blocks, int outputs, int[] kept)
    {
        (_outputs, _kept) = (outputs, kept);
        int capacity = checked((int)(blocks * Block + settings.MaximumTailSeconds * settings.SampleRate) + 2 * Block);
        _sides = [.. Enumerable.Range(0, 2 * kept.Length).Select(_ => new float[capacity])];
        _staging = GC.AllocateArray<float>(2 * kept.Length * Chunk, pinned: true);
    }

    /// <summary>Lets the synthesiser make this many blocks.</summary>
    public unsafe void Write(nint synth, long blocks, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(blocks * Block, _sides[0].Length - _length);
        float** buffers = stackalloc float*[2 * _outputs];
        new Span<nint>(buffers, 2 * _outputs).Clear();
        fixed (float* staging = _staging)
        {
            for (int i = 0; i < _kept.Length; i++)
            {
                buffers[2 * _kept[i]] = staging + 2 * i * Chunk;
                buffers[2 * _kept[i] + 1] = staging + (2 * i + 1) * Chunk;
            }
            for (long left = blocks; left > 0; left -= ChunkBlocks)
            {
                cancellation.ThrowIfCancellationRequested();
                int samples = (int)Math.Min(left, ChunkBlocks) * Block;
                if (FluidSynthLibrary.Process(synth, samples, 0, null, 2 * _outputs, buffers) != 0)
                    throw new InvalidOperationException("FluidSynth made no sound.");
                for (int side = 0; side < _sides.Length; side++)
                {
                    var made = _staging.AsSpan(side * Chunk, samples);
                    made.CopyTo(_sides[side].AsSpan(_length));
                    made.Clear(); // the synthesiser adds
                }
                _length += samples;
            }
        }
    }

    /// <summary>
    /// Left and right of each kept output in turn, all of one length: without what is softer than
    /// <paramref name="silence"/> everywhere behind sample <paramref name="shortest"/>.
    /// </summary>
    public float[][] Take(long shortest, float silence)
    {
        int length = (int)Math.Min(shortest, _length);
        foreach (float[] side in _sides)
        {
            int last = side.AsSpan(length, _length - length).LastIndexOfAnyExceptInRange(-silence, silence);
            length += last + 1;
        }
        return [.. _sides.Select(side => side[..length])];
    }
}
