namespace Melody.Corpus.Rendering;

/// <summary>Collects what the synthesiser makes, block after block, mixed to the wanted number of channels.</summary>
internal sealed class BlockBuffer
{
    private const int Block = RenderSchedule.BlockSize;

    private readonly RenderSettings _settings;
    private readonly float[][] _channels;
    private int _length;

    /// <summary>Makes room for so many blocks and the longest tail.</summary>
    public BlockBuffer(RenderSettings settings, long blocks)
    {
        _settings = settings;
        var capacity = checked((int)(blocks * Block + settings.MaximumTailSeconds * settings.SampleRate) + 2 * Block);
        _channels = [new float[capacity], new float[capacity]];
    }

    /// <summary>Lets the synthesiser make so many blocks.</summary>
    public unsafe void Write(nint synth, long blocks)
    {
        var samples = checked((int)(blocks * Block));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(samples, _channels[0].Length - _length);
        fixed (
            float* left = _channels[0],
                right = _channels[1]
        )
            _ = FluidSynthLibrary.Write(synth, samples, left, _length, 1, right, _length, 1);
        _length += samples;
    }

    /// <summary>The sound, without what is softer than <paramref name="silence"/> behind sample <paramref name="shortest"/>.</summary>
    public Waveform ToWaveform(long shortest, float silence)
    {
        var (left, right) = (_channels[0], _channels[1]);
        var length = _length;
        while (length > shortest && Math.Abs(left[length - 1]) < silence && Math.Abs(right[length - 1]) < silence)
            length--;
        if (_settings.Channels == 2)
            return new([left[..length], right[..length]], _settings.SampleRate);
        var mono = new float[length];
        for (var i = 0; i < length; i++)
            mono[i] = 0.5f * (left[i] + right[i]);
        return new([mono], _settings.SampleRate);
    }
}
