namespace Melody.Audio;

/// <summary>The frames of a reader as mono at another rate, block by block: averaged, then resampled.</summary>
/// <param name="reader">Where frames come from; it stays the caller's.</param>
/// <param name="sampleRate">Hz.</param>
internal sealed class MonoReader(AudioReader reader, int sampleRate)
{
    private const int BlockFrames = 1 << 14;

    private readonly float[] _interleaved = new float[BlockFrames * reader.Channels];
    private readonly float[] _mono = new float[BlockFrames];
    private readonly Resampler? _resampler = reader.SampleRate == sampleRate ? null : new(reader.SampleRate, sampleRate);
    private float[] _ready = [];
    private int _given;
    private bool _ended;

    /// <summary>Fills <paramref name="samples"/> as far as there is sound; returns the number of samples, 0 at the end.</summary>
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
        return count;
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
            var mono = _mono.AsSpan(0, frames);
            AudioClip.MixDown(_interleaved, reader.Channels, mono);
            _ready =
                _resampler is null ? mono.ToArray()
                : _ended ? _resampler.Finish()
                : _resampler.Process(mono);
        } while (_ready.Length == 0);
        return true;
    }
}
