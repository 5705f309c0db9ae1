namespace Melody.Audio;

/// <summary>The frames of a reader in one or two channels at another rate, block by block: mixed, then resampled.</summary>
/// <param name="reader">Where frames come from; it stays the caller's.</param>
/// <param name="sampleRate">Hz.</param>
/// <param name="channels">1, an average; or 2, as <see cref="StereoMixdown"/> does it.</param>
internal sealed class MixedReader(AudioReader reader, int sampleRate, int channels)
{
    private const int BlockFrames = 1 << 14;

    private readonly float[] _interleaved = new float[BlockFrames * reader.Channels];
    private readonly float[] _mixed = new float[BlockFrames * channels];
    private readonly Resampler? _resampler = reader.SampleRate == sampleRate ? null : new(reader.SampleRate, sampleRate, channels);
    private float[] _ready = [];
    private int _given;
    private bool _ended;

    /// <summary>Fills <paramref name="samples"/> as far as there is sound; returns the number of frames, 0 at the end.</summary>
    public int Read(Span<float> samples)
    {
        int count = 0;
        while (count < samples.Length)
        {
            if (_given == _ready.Length && !Refill())
                break;
            int part = Math.Min(samples.Length - count, _ready.Length - _given);
            _ready.AsSpan(_given, part).CopyTo(samples[count..]);
            _given += part;
            count += part;
        }
        return count / channels;
    }

    private bool Refill()
    {
        _given = 0;
        do
        {
            if (_ended)
            {
                _ready = [];
                return false;
            }
            int frames = reader.Read(_interleaved);
            _ended = frames == 0;
            var mixed = _mixed.AsSpan(0, frames * channels);
            if (channels == 1)
                AudioClip.MixDown(_interleaved, reader.Channels, mixed);
            else
                StereoMixdown.Mix(_interleaved, reader.Channels, mixed);
            _ready =
                _resampler is null ? mixed.ToArray()
                : _ended ? _resampler.Finish()
                : _resampler.Process(mixed);
        } while (_ready.Length == 0);
        return true;
    }
}
