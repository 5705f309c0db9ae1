using Melody.Audio;
using Melody.Generation;

namespace Melody.Endless;

/// <summary>Brings samples of the model to the level and the rate of the host and puts them on a deck as there is room.</summary>
internal sealed class DeckFeed
{
    private readonly Resampler? _resampler;
    private readonly FirstWindowLoudness? _loudness;
    private readonly double _ratio;
    private readonly int _channels;
    private readonly List<float> _kept = []; // as they came, from the first that is not played
    private float[] _pending = [];
    private int _at;
    private long _forgotten;

    /// <param name="deck">The deck.</param>
    /// <param name="origin">Position of the first sample.</param>
    /// <param name="from">Rate of the model, Hz.</param>
    /// <param name="to">Rate of the host, Hz.</param>
    /// <param name="loudness">LUFS; null for samples as they are.</param>
    /// <param name="gain">The gain to that loudness, dB, where it is known.</param>
    public DeckFeed(Deck deck, long origin, int from, int to, double? loudness, double? gain = null)
    {
        (Deck, Origin, _ratio) = (deck, origin, (double)to / from);
        _channels = deck.Ring.Channels;
        _resampler = from == to ? null : new(from, to, _channels);
        _loudness = loudness is { } target ? new(from, _channels, target) { Gain = gain } : null;
    }

    /// <summary>Position of the first sample.</summary>
    public long Origin { get; }

    /// <summary>The gain to the loudness, dB; null where samples stay as they are.</summary>
    public double? Gain => _loudness?.Gain;

    /// <summary>Where the samples go.</summary>
    public Deck Deck { get; }

    /// <summary>Whether all that was added is on the deck.</summary>
    public bool IsDone => _at == _pending.Length;

    /// <summary>Position behind the last sample that is ready for the deck, host frames.</summary>
    public long End => Deck.Start + Deck.Ring.WrittenCount + (_pending.Length - _at) / _channels;

    /// <summary>What waits for room on the deck.</summary>
    public ReadOnlySpan<float> Pending => _pending.AsSpan(_at);

    /// <summary>The samples of the model that are not played yet, and the position of the first.</summary>
    public (long Position, float[] Samples) Unplayed()
    {
        Forget();
        return (Origin + _forgotten, [.. _kept]);
    }

    /// <summary>Takes samples of the model and puts as many on the deck as there is room for.</summary>
    public void Add(float[] samples)
    {
        if (samples.Length == 0)
            return;
        Forget();
        _kept.AddRange(samples);
        var louder = _loudness?.Next(samples, last: false) ?? samples;
        var heard = _resampler?.Process(louder) ?? louder;
        (_pending, _at) = (IsDone ? heard : [.. Pending, .. heard], 0);
        Flush();
    }

    /// <summary>Puts what waits on the deck.</summary>
    /// <returns>Whether nothing is left.</returns>
    public bool Flush()
    {
        _at += Deck.Ring.Write(Pending) * _channels;
        if (IsDone)
            (_pending, _at) = ([], 0);
        return IsDone;
    }

    private void Forget()
    {
        int played = (int)Math.Min((long)(Deck.Ring.ReadCount / _ratio) - _forgotten, _kept.Count / _channels);
        _kept.RemoveRange(0, played * _channels);
        _forgotten += played;
    }
}
