using System.Numerics;
using System.Runtime.InteropServices;

namespace Melody.Audio;

/// <summary>
/// Band-limited resampling by any rational ratio: a polyphase windowed sinc (J. O. Smith, "Digital Audio Resampling")
/// under a Kaiser window of 110 dB, flat to 91 % of the lower Nyquist frequency and closed from there on. Output frame n
/// lies exactly at input time n from / to, so there is no delay. Blocks of any sizes give the same samples as one pass.
/// </summary>
internal sealed class Resampler
{
    private const double Attenuation = 110,
        PassbandEnd = 0.91;
    private const int ExactTableLimit = 1 << 18,
        InterpolatedPhases = 1024;

    private readonly int _channels,
        _half,
        _phases;
    private readonly long _up,
        _down; // output / input rate in lowest terms
    private readonly float[] _table; // [phase, tap]
    private readonly bool _interpolate;
    private readonly float[][] _history;
    private int _held; // samples of each channel in _history
    private long _first; // input frame at _history[..][0]
    private long _consumed,
        _produced;
    private bool _finished;

    /// <summary>Designs the filter.</summary>
    /// <param name="from">Rate of the input, Hz.</param>
    /// <param name="to">Rate of the output, Hz.</param>
    /// <param name="channels">Interleaved channels.</param>
    public Resampler(int from, int to, int channels = 1)
    {
        foreach (int rate in new[] { from, to })
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(rate, AudioClip.MinimumSampleRate);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(rate, AudioClip.MaximumSampleRate);
        }
        long divisor = (long)BigInteger.GreatestCommonDivisor(from, to);
        (_up, _down, _channels) = (to / divisor, from / divisor, channels);
        double scale = Math.Min(1, (double)to / from);
        double taps = (Attenuation - 7.95) / (2.285 * Math.PI * (1 - PassbandEnd)); // Kaiser's estimate, input samples at scale 1
        _half = (int)Math.Ceiling(taps / 2 / scale);
        _interpolate = _up * 2 * _half > ExactTableLimit;
        _phases = _interpolate ? InterpolatedPhases : (int)_up;
        _table = Design(scale * (1 + PassbandEnd) / 2, _half, _phases, _interpolate ? _phases + 1 : _phases);
        _history = new float[channels][];
        for (int c = 0; c < channels; c++)
            _history[c] = new float[4 * _half];
        _held = _half - 1;
        _first = -_held;
    }

    /// <summary>Number of output frames for that many input frames.</summary>
    public static long OutputFrames(long frames, int from, int to) => (long)((new BigInteger(frames) * to + from - 1) / from);

    /// <summary>Resamples a whole signal.</summary>
    public static float[] Convert(ReadOnlySpan<float> interleaved, int channels, int from, int to)
    {
        long total = OutputFrames(interleaved.Length / channels, from, to) * channels;
        if (total > Array.MaxLength)
            throw new MelodyException("The audio is too long to resample in memory; cut it into parts.");
        var resampler = new Resampler(from, to, channels);
        var result = new float[total];
        int at = 0;
        const int block = 1 << 15;
        for (int start = 0; start < interleaved.Length; start += block * channels)
            Append(resampler.Process(interleaved.Slice(start, Math.Min(block * channels, interleaved.Length - start))));
        Append(resampler.Finish());
        return result;

        void Append(float[] part)
        {
            part.CopyTo(result, at);
            at += part.Length;
        }
    }

    /// <summary>Takes the next frames and returns the output frames that they complete, interleaved.</summary>
    public float[] Process(ReadOnlySpan<float> interleaved)
    {
        if (_finished)
            throw new InvalidOperationException("The resampler was finished.");
        int frames = interleaved.Length / _channels;
        _consumed += frames;
        MakeRoom(frames);
        for (int c = 0; c < _channels; c++)
        {
            var target = _history[c].AsSpan(_held, frames);
            for (int i = 0, at = c; i < frames; i++, at += _channels)
                target[i] = interleaved[at];
        }
        _held += frames;
        return Produce(long.MaxValue);
    }

    /// <summary>Ends the signal (silence follows) and returns the last output frames.</summary>
    public float[] Finish()
    {
        if (_finished)
            return [];
        _finished = true;
        MakeRoom(_half + 1);
        foreach (var history in _history)
            history.AsSpan(_held, _half + 1).Clear();
        _held += _half + 1;
        return Produce((long)((new BigInteger(_consumed) * _up + _down - 1) / _down));
    }

    private float[] Produce(long total)
    {
        // Output n needs input frames up to floor(n down / up) + half.
        long last = _first + _held - 1 - _half;
        long ready = last < 0 ? 0 : ((last + 1) * _up + _down - 1) / _down;
        int count = (int)Math.Max(0, Math.Min(ready, total) - _produced);
        var output = new float[count * _channels];
        int taps = 2 * _half;
        for (int n = 0; n < count; n++, _produced++)
        {
            long position = _produced * _down,
                whole = position / _up,
                rest = position % _up;
            int start = (int)(whole - _half + 1 - _first);
            double phase = _interpolate ? (double)rest * _phases / _up : rest;
            int row = (int)phase;
            float between = (float)(phase - row);
            for (int c = 0; c < _channels; c++)
            {
                var input = _history[c].AsSpan(start, taps);
                float value = Dot(_table.AsSpan(row * taps, taps), input);
                if (_interpolate)
                    value += between * (Dot(_table.AsSpan((row + 1) * taps, taps), input) - value);
                output[n * _channels + c] = value;
            }
        }
        return output;
    }

    // Forgets what no later output needs and grows the buffers to hold `frames` more.
    private void MakeRoom(int frames)
    {
        long needed = _produced * _down / _up - _half + 1;
        int drop = (int)Math.Clamp(needed - _first, 0, _held);
        int size = _held - drop + frames;
        for (int c = 0; c < _channels; c++)
        {
            var old = _history[c];
            if (size > old.Length)
                _history[c] = new float[Math.Max(size, 2 * old.Length)];
            old.AsSpan(drop, _held - drop).CopyTo(_history[c]);
        }
        _held -= drop;
        _first += drop;
    }

    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var left = MemoryMarshal.Cast<float, Vector<float>>(a);
        var right = MemoryMarshal.Cast<float, Vector<float>>(b);
        Vector<float> even = default,
            odd = default;
        int i = 0;
        for (; i + 1 < left.Length; i += 2)
        {
            even += left[i] * right[i];
            odd += left[i + 1] * right[i + 1];
        }
        if (i < left.Length)
            even += left[i] * right[i];
        float sum = Vector.Sum(even + odd);
        for (i = left.Length * Vector<float>.Count; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    // Row r holds the taps for an output that lies r / phases after an input sample; each row sums to one.
    private static float[] Design(double cutoff, int half, int phases, int rows)
    {
        double beta = 0.1102 * (Attenuation - 8.7);
        int taps = 2 * half;
        var table = new float[(long)rows * taps];
        var row = new double[taps];
        for (int r = 0; r < rows; r++)
        {
            double sum = 0;
            for (int j = 0; j < taps; j++)
            {
                double t = (double)r / phases + half - 1 - j,
                    x = t / half,
                    angle = Math.PI * cutoff * t;
                double sinc = t == 0 ? 1 : Math.Sin(angle) / angle;
                sum += row[j] = sinc * Kaiser.Window(x, beta);
            }
            for (int j = 0; j < taps; j++)
                table[r * taps + j] = (float)(row[j] / sum);
        }
        return table;
    }
}
