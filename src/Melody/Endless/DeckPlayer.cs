namespace Melody.Endless;

/// <summary>
/// The host's end: plays decks one after the other. <see cref="Read"/> belongs to the host's audio thread, neither waits nor
/// allocates, and fades to silence before a deck that is not filled in time runs out.
/// </summary>
/// <param name="sampleRate">Hz.</param>
/// <param name="channels">Samples in a frame of the host.</param>
/// <param name="fadeInSeconds">How long the beginning fades in.</param>
/// <param name="deckChannels">Samples in a frame of the decks, 1 or 2.</param>
internal sealed class DeckPlayer(int sampleRate, int channels, double fadeInSeconds, int deckChannels = 1)
{
    private const int BlockFrames = 512;
    private const double GateSeconds = 0.005,
        VolumeSeconds = 0.05,
        ResumeSeconds = 0.2;

    private readonly float[] _block = new float[BlockFrames * deckChannels],
        _other = new float[BlockFrames * deckChannels];
    private readonly int _gateFrames = Math.Max(1, (int)(GateSeconds * sampleRate)),
        _resumeFrames = (int)(ResumeSeconds * sampleRate),
        _fadeInFrames = (int)(fadeInSeconds * sampleRate);
    private readonly float _volumeStep = (float)(1 / (VolumeSeconds * sampleRate));
    private readonly MusicEnd _end = new();
    private Deck? _deck,
        _next;
    private Deck? _incoming;
    private int _gate, // 0 closed, _gateFrames open
        _crossed;
    private long _position,
        _heard,
        _underruns,
        _silent;
    private float _volume = 1,
        _currentVolume = 1;
    private bool _starved = true;
    private volatile bool _ended,
        _finished;

    /// <summary>Frames of music that were played.</summary>
    public long Position
    {
        get => Volatile.Read(ref _position);
        init => _position = value;
    }

    /// <summary>How often music was not ready in time.</summary>
    public long Underruns => Volatile.Read(ref _underruns);

    /// <summary>Frames of silence that came of it.</summary>
    public long SilentFrames => Volatile.Read(ref _silent);

    /// <summary>Whether the music has come to its end.</summary>
    public bool HasEnded => _ended;

    /// <summary>Loudness, linear; a change is spread over 50 ms.</summary>
    public float Volume
    {
        get => Volatile.Read(ref _volume);
        set => Volatile.Write(ref _volume, value);
    }

    /// <summary>The deck that plays, if any.</summary>
    public Deck? Playing => Volatile.Read(ref _deck);

    /// <summary>Frames that are ready: of the deck that plays up to where the next one begins, and of that.</summary>
    public long Ready
    {
        get
        {
            var (deck, next) = (Playing, Volatile.Read(ref _next) ?? Volatile.Read(ref _incoming));
            long there = deck?.Ring.Available ?? 0;
            return next is null ? there : Math.Clamp(next.Start - Position, 0, there) + next.Ring.Available;
        }
    }

    /// <summary>
    /// Hands over the deck that follows; waits for nothing. One that has not begun yet when another comes is played first.
    /// </summary>
    /// <returns>Whether it was taken: false while another deck waits.</returns>
    public bool Offer(Deck deck) => Interlocked.CompareExchange(ref _incoming, deck, null) is null;

    /// <summary>Says that no music will come any more: what is ready is played, then the music has ended.</summary>
    public void Finish() => _finished = true;

    /// <summary>Ends the music at a line of its grid.</summary>
    public void Stop(MusicMoment moment)
    {
        if (Playing is not { } deck)
            _ended = true;
        else if (moment == MusicMoment.Now)
            _end.Set(Position, (int)(0.05 * sampleRate));
        else
            _end.Set(deck.Grid.LineFrom(Position, moment), (int)deck.Grid.Beat);
    }

    /// <summary>Ends the music without a fade.</summary>
    public void End() => _ended = true;

    /// <summary>Fills a buffer with the next frames, interleaved.</summary>
    /// <returns>Samples of music and of silence in its place; 0 when the music has ended.</returns>
    public int Read(Span<float> buffer)
    {
        if (buffer.Length % channels != 0)
            throw new ArgumentException("The buffer does not hold whole frames.", nameof(buffer));
        int frames = buffer.Length / channels,
            at = 0;
        while (at < frames && !_ended)
        {
            int count = Advance(Math.Min(BlockFrames, frames - at));
            Spread(_block.AsSpan(0, count * deckChannels), buffer.Slice(at * channels, count * channels));
            at += count;
        }
        buffer[(at * channels)..].Clear();
        return at * channels;
    }

    // the next frames, at least one, into the block
    private int Advance(int frames)
    {
        _next ??= Interlocked.Exchange(ref _incoming, null);
        if (_deck is null && _next is not null)
            Switch();
        if (_deck is null)
        {
            _block.AsSpan(0, frames * deckChannels).Clear();
            _ended = _finished;
            return frames;
        }
        frames = (int)Math.Clamp(_end.Position - _position, 1, frames);
        if (_next is null)
            return Play(frames);
        if (_crossed == 0)
        {
            bool dry = _deck.Ring.Available <= Math.Max(_gateFrames, _next.Fade) || (_starved && _heard > 0);
            if (dry && _deck.IsLeft && _position < _next.Start)
                _next.Delay(_position, anywhere: true);
            else
                _next.Delay(_position, anywhere: false);
            if (_next.Start > _position)
                return Play((int)Math.Min(frames, _next.Start - _position));
        }
        return Cross(frames);
    }

    private int Play(int frames)
    {
        var block = _block.AsSpan(0, frames * deckChannels);
        var ring = _deck!.Ring;
        int available = ring.Peek(block),
            open = _deck.IsLeft && _next is not null ? available : ring.Available - _gateFrames;
        if (_starved && (open >= _resumeFrames || (_deck.IsLeft && open > 0) || (_finished && available > 0)))
            _starved = false;
        int played = 0;
        for (; played < available && !_starved; played++)
        {
            _gate = played < open ? Math.Min(_gate + 1, _gateFrames) : _gate - 1;
            Scale(block, played, (float)_gate / _gateFrames);
            if (_gate <= 0)
                break;
        }
        ring.Skip(played);
        Pass(played);
        if (played == frames)
            return played;
        block[(played * deckChannels)..].Clear();
        if (_finished && _incoming is null && _next is null)
            _ended = true;
        else if (!_starved && _heard > 0)
            _underruns++;
        (_starved, _gate) = (true, 0);
        if (_heard > 0)
            _silent += frames - played;
        if (_end.IsSet && _next is null)
            _ended = true; // nothing left to stop
        return frames;
    }

    // the next deck takes over: raised cosine, whose two weights add up to one
    private int Cross(int frames)
    {
        var next = _next!;
        frames = Math.Max(1, Math.Min(frames, next.Fade - _crossed));
        Span<float> block = _block.AsSpan(0, frames * deckChannels),
            other = _other.AsSpan(0, block.Length);
        int old = _deck!.Ring.Peek(block),
            fresh = next.Ring.Peek(other);
        block[(old * deckChannels)..].Clear();
        other[(fresh * deckChannels)..].Clear();
        float gate = (float)_gate / _gateFrames;
        for (int i = 0; i < block.Length; i++)
        {
            float weight = (float)(0.5 - 0.5 * Math.Cos(Math.PI * (_crossed + i / deckChannels + 1) / (next.Fade + 1)));
            block[i] = (1 - weight) * gate * block[i] + weight * other[i];
        }
        _deck.Ring.Skip(old);
        next.Ring.Skip(fresh);
        _crossed += frames;
        Pass(frames);
        if (_crossed >= next.Fade)
            Switch();
        return frames;
    }

    private void Switch()
    {
        if (_deck is not null)
            (_gate, _starved) = (_gateFrames, false);
        Volatile.Write(ref _deck, _next);
        (_next, _crossed) = (null, 0);
    }

    // volume, fade-in and end of what is played
    private void Pass(int frames)
    {
        float volume = Volatile.Read(ref _volume);
        for (int i = 0; i < frames; i++)
        {
            _currentVolume += Math.Clamp(volume - _currentVolume, -_volumeStep, _volumeStep);
            float gain = _currentVolume * _end.Gain(_position + i);
            if (_heard + i < _fadeInFrames)
                gain *= (float)(0.5 - 0.5 * Math.Cos(Math.PI * (_heard + i) / _fadeInFrames));
            Scale(_block, i, gain);
        }
        _heard += frames;
        Volatile.Write(ref _position, _position + frames);
        if (_position >= _end.Position)
            _ended = true;
    }

    private void Scale(Span<float> block, int frame, float gain)
    {
        foreach (ref float sample in block.Slice(frame * deckChannels, deckChannels))
            sample *= gain;
    }

    // one channel to all; two to the host's first two, and their mean to one or to what is beyond
    private void Spread(ReadOnlySpan<float> block, Span<float> frames)
    {
        if (channels == deckChannels)
        {
            block.CopyTo(frames);
            return;
        }
        for (int i = 0; i < block.Length / deckChannels; i++)
        {
            float left = block[i * deckChannels],
                right = block[(i + 1) * deckChannels - 1];
            var frame = frames.Slice(i * channels, channels);
            frame.Fill(0.5f * (left + right));
            if (channels > 1)
                (frame[0], frame[1]) = (left, right);
        }
    }
}
