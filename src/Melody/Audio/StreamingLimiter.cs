namespace Melody.Audio;

/// <summary>
/// A gain followed by a look-ahead true-peak limiter, block by block with the same samples as in one pass. Each frame's
/// true peak asks for an attenuation; the least of its neighbourhood (5 ms to either side) recovers with a time constant
/// of 80 ms and is smoothed by a Hann window of that neighbourhood, so the gain is there before the peak, has no corners
/// and never exceeds what a frame asked for. Where nothing is too loud, samples are only multiplied by the gain.
/// </summary>
internal sealed class StreamingLimiter
{
    private const double ReleaseSeconds = 0.08,
        LookAheadSeconds = 0.005;
    private const double Margin = 0.1; // dB: what a moving gain can add between the samples

    private readonly int _channels,
        _reach;
    private readonly float _gain;
    private readonly double _threshold,
        _release;
    private readonly double[] _window;
    private readonly Track _input,
        _envelope = new(1);
    private readonly SlidingMinimum _least;
    private double _recovering = 1;
    private long _required,
        _taken,
        _loudUntil = long.MinValue,
        _given;
    private bool _finished;

    /// <summary>Sets the gain and the ceiling once and for all.</summary>
    /// <param name="sampleRate">Hz.</param>
    /// <param name="channels">Interleaved channels; all are attenuated alike.</param>
    /// <param name="gain">dB, applied first.</param>
    /// <param name="ceiling">Highest true peak afterwards, dBTP.</param>
    public StreamingLimiter(int sampleRate, int channels, double gain = 0, double ceiling = -1)
    {
        _channels = channels;
        _gain = (float)Math.Pow(10, gain / 20);
        _threshold = Math.Pow(10, (ceiling - Margin) / 20);
        _release = 1 - Math.Exp(-1 / (ReleaseSeconds * sampleRate));
        _reach = Math.Max(1, (int)(LookAheadSeconds * sampleRate));
        _window = [.. Enumerable.Range(-_reach, 2 * _reach + 1).Select(k => 0.5 + 0.5 * Math.Cos(Math.PI * k / (_reach + 1)))];
        double sum = _window.Sum();
        for (int i = 0; i < _window.Length; i++)
            _window[i] /= sum;
        _input = new(channels);
        // Silence before the first frame, where nothing asks for attenuation.
        _input.Start(-TruePeak.Reach);
        for (int i = 0; i < TruePeak.Reach; i++)
            _input.Add(new float[channels]);
        _least = new(2 * _reach + 1);
        _envelope.Start(-_reach);
    }

    /// <summary>Frames that come out later than they went in.</summary>
    public int Latency => 2 * _reach + TruePeak.Reach;

    /// <summary>Takes the next whole frames and returns those that are final, interleaved.</summary>
    public float[] Process(ReadOnlySpan<float> interleaved)
    {
        if (_finished)
            throw new InvalidOperationException("The limiter was finished.");
        var louder = new float[interleaved.Length];
        for (int i = 0; i < louder.Length; i++)
            louder[i] = interleaved[i] * _gain;
        _input.Add(louder);
        _taken += louder.Length / _channels;
        return Advance();
    }

    /// <summary>Returns the last frames; together with the earlier ones there are as many as went in.</summary>
    public float[] Finish()
    {
        if (_finished)
            return [];
        _finished = true;
        _input.Add(new float[(Latency + 1) * _channels]);
        return Advance();
    }

    private float[] Advance()
    {
        // What each frame asks for, and the least of the neighbourhood of the frame `reach` earlier, recovering slowly.
        for (; _required + TruePeak.Reach < _input.End; _required++)
        {
            double peak = TruePeak.After(_input.From(_required - TruePeak.Reach + 1), TruePeak.Reach - 1, _channels);
            double least = _least.Add(peak > _threshold ? _threshold / peak : 1);
            _recovering = Math.Min(least, _recovering + _release * (1 - _recovering));
            if (_recovering > 1 - 1e-5 && least == 1)
                _recovering = 1;
            if (_recovering < 1)
                _loudUntil = _envelope.End;
            _envelope.Add([(float)_recovering]);
        }
        // Smoothed and applied.
        long ready = Math.Min(_envelope.End - _reach, _taken);
        var output = new float[Math.Max(0, ready - _given) * _channels];
        for (int i = 0; _given < ready; _given++, i += _channels)
        {
            var frame = _input.From(_given)[.._channels];
            float gain = 1;
            if (_loudUntil >= _given - _reach)
            {
                var around = _envelope.From(_given - _reach)[.._window.Length];
                double sum = 0;
                for (int k = 0; k < around.Length; k++)
                    sum += _window[k] * (1 - around[k]);
                gain = (float)(1 - sum);
            }
            for (int c = 0; c < _channels; c++)
                output[i + c] = frame[c] * gain;
        }
        _input.Forget(Math.Min(_given, _required - TruePeak.Reach));
        _envelope.Forget(_given - _reach);
        return output;
    }

    /// <summary>A growing series of frames of which the beginning can be forgotten.</summary>
    private sealed class Track(int channels)
    {
        private float[] _values = new float[1024 * channels];
        private long _first;
        private int _count;

        public long End => _first + _count / channels;

        public void Start(long frame) => _first = frame;

        public ReadOnlySpan<float> From(long frame) =>
            _values.AsSpan((int)(frame - _first) * channels, _count - (int)(frame - _first) * channels);

        public void Add(ReadOnlySpan<float> values)
        {
            if (_count + values.Length > _values.Length)
                Array.Resize(ref _values, Math.Max(2 * _values.Length, _count + values.Length));
            values.CopyTo(_values.AsSpan(_count));
            _count += values.Length;
        }

        public void Forget(long before)
        {
            int drop = (int)Math.Clamp((before - _first) * channels, 0, _count);
            if (drop < _values.Length / 4)
                return;
            _values.AsSpan(drop, _count - drop).CopyTo(_values);
            _count -= drop;
            _first += drop / channels;
        }
    }
}
