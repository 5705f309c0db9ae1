using System.Runtime.InteropServices;
using Melody.Audio;
using Melody.Autoencoder;
using Melody.Diffusion;
using Melody.Runtime;
using static TorchSharp.torch;

namespace Melody.Generation;

/// <summary>
/// A piece of music on one clock: samples, latent frames and semantic tokens (<see cref="TimeGrid"/>), each moment known or to be
/// made. The tasks differ by this mask alone: nothing known; a known head; a known rest; known sides. A loop is a piece that was turned
/// so that its seam lies between known sides (<see cref="LoopCut"/>); a stream is read while it is made.
/// </summary>
/// <remarks>
/// Frames, tokens and random numbers count from the beginning of the piece, so what is made does not depend on how much is made at
/// a time. The mask is one range; where chunks of a window stand at noise levels of their own, it becomes a level for each frame.
/// </remarks>
internal sealed class Timeline
{
    private readonly TimelineFormat _format;
    private readonly List<float> _latents;
    private readonly List<long> _tokens;
    private readonly Recording _known;
    private long[] _laterTokens = [];
    private long _tokenEnd = long.MaxValue;

    private Timeline(TimelineFormat format, IEnumerable<float> latents, IEnumerable<long> tokens, Recording known)
    {
        (_format, _known) = (format, known);
        (_latents, _tokens) = ([.. latents], [.. tokens]);
        Start = End = Position = Frames;
        SampleEnd = KnownEnd;
    }

    /// <summary>The first frame that is made.</summary>
    public long Start { get; private init; }

    /// <summary>The frame after the last that is made.</summary>
    public long End { get; private init; }

    /// <summary>Whether nothing is known behind <see cref="End"/>, so that windows may reach beyond it.</summary>
    public bool IsOpen { get; private init; }

    /// <summary>The next frame to make.</summary>
    public long Position { get; private set; }

    /// <summary>Samples of each channel in the piece when it is made.</summary>
    public long SampleEnd { get; private init; }

    /// <summary>Frames that are there.</summary>
    public long Frames => _latents.Count / _format.LatentChannels;

    /// <summary>The semantic tokens from the beginning up to the first that is unknown, [tokens, codebooks] flat.</summary>
    public IReadOnlyList<long> Tokens => _tokens;

    /// <summary>Samples of each channel that are known, in whole frames.</summary>
    public long KnownEnd => _known.Samples.Length / _format.Channels;

    /// <summary>The samples that are known, in whole frames.</summary>
    public AudioClip Sound() => new(_known.Samples, _format.Grid.FrameRate * _format.Hop, _format.Channels);

    /// <summary>Known samples as the networks hear them, interleaved; empty where the sound of these frames is not kept.</summary>
    public float[] HeardSamples(long first, long count)
    {
        int frame = _format.Hop * _format.Channels;
        if (count == 0 || _known.Samples.Length == 0)
            return [];
        float[] samples = _known.Samples.AsSpan((int)first * frame, (int)count * frame).ToArray();
        foreach (ref float sample in samples.AsSpan())
            sample *= _known.Gain;
        return samples;
    }

    /// <summary>
    /// What the known samples were multiplied by before they were encoded; sound that is made is that much louder than they.
    /// </summary>
    public float Gain => _known.Gain;

    // the last moments of a piece, where it is no more than these
    private TimelineTail? Tailed { get; init; }

    /// <summary>
    /// The passage whose style is heard where the model's denoiser hears styles: what is known nearest to what is made. Null where it hears
    /// none, or nothing is known.
    /// </summary>
    public StylePassage? Style(MusicModel model)
    {
        if (Tailed is { } tail)
            return tail.Style;
        if (model.Networks.Denoiser.Style is not { } style)
            return null;
        int books = _format.Codebooks,
            perToken = _format.Grid.FrameRate / _format.Grid.TokenRate;
        int first = (int)Math.Min(TokenCount, Frames / perToken),
            second = _laterTokens.Length == 0 ? 0 : (int)Math.Clamp(Frames / perToken - _tokenEnd, 0, _laterTokens.Length / books),
            before = Math.Min(first, Math.Max(style.LongestTokens / 2, style.LongestTokens - second)),
            after = Math.Min(second, style.LongestTokens - before);
        if (before + after == 0)
            return null;
        long[] tokens = [.. _tokens.Take(first * books).TakeLast(before * books), .. _laterTokens.Take(after * books)];
        float[] latents =
        [
            .. Latents((long)(first - before) * perToken, (long)before * perToken),
            .. after == 0 ? [] : Latents(_tokenEnd * perToken, (long)after * perToken),
        ];
        using var scope = NewDisposeScope();
        var known = tensor(latents, [1, (before + after) * perToken, _format.LatentChannels], device: model.TorchDevice);
        var told = tensor(tokens, [1, before + after, books], device: model.TorchDevice);
        return new(LatentTensor.Values(style.Residues(known * model.Config.Denoiser.LatentScale, told)), tokens);
    }

    /// <summary>A piece of which nothing is known.</summary>
    /// <param name="model">Whose clock it has.</param>
    /// <param name="samples">Its length.</param>
    public static Timeline Empty(MusicModel model, long samples) =>
        new Timeline(TimelineFormat.Of(model), [], [], new([], [], 1)).Continued(samples);

    /// <summary>A known piece of silence, as if its latents and tokens were all zero, or these.</summary>
    internal static Timeline Silent(MusicModel model, int samples, float[]? latents = null, long[]? codes = null)
    {
        var format = TimelineFormat.Of(model);
        int frames = samples / format.Hop,
            tokens = frames * format.Grid.TokenRate / format.Grid.FrameRate;
        var silence = new float[frames * format.Hop * format.Channels];
        latents ??= new float[frames * format.LatentChannels];
        return new(format, latents, codes ?? new long[tokens * format.Codebooks], new(silence, [], 1));
    }

    /// <summary>A known piece, encoded; on a thread that has its <see cref="ModelUse"/>.</summary>
    /// <param name="model">The networks.</param>
    /// <param name="sound">In the model's format; what is beyond the last whole frame is left out.</param>
    /// <param name="gain">What the samples are multiplied by before the networks hear them.</param>
    /// <param name="cancellation">Checked before each piece of ten seconds.</param>
    /// <exception cref="MelodyException">It is too short.</exception>
    public static Timeline Of(MusicModel model, AudioClip sound, float gain, CancellationToken cancellation)
    {
        if (sound.Frames < ShortestSeconds * model.SampleRate)
            throw new MelodyException(
                FormattableString.Invariant(
                    $"The audio lasts {sound.Seconds:F2} seconds; at least {ShortestSeconds} are needed to go on from it."
                )
            );
        var format = TimelineFormat.Of(model);
        int whole = sound.Frames / format.Hop * format.Hop;
        var heard = SourceLevel.Apply(sound.Slice(0, whole), gain);
        var latents = model.Networks.Codec.EncodeInterleaved(heard.Samples, cancellation);
        var samples = sound.Samples[..(whole * format.Channels)];
        var rest = sound.Samples[samples.Length..];
        return new(format, latents, SoundTensor.Tokens(heard, model, cancellation), new(samples.ToArray(), rest.ToArray(), gain));
    }

    /// <summary>The last moments of a piece whose samples are kept elsewhere.</summary>
    /// <param name="model">Whose clock it has.</param>
    /// <param name="tail">Its latents and tokens.</param>
    public static Timeline Of(MusicModel model, TimelineTail tail) =>
        new(TimelineFormat.Of(model), tail.Latents, tail.Tokens, new([], [], 1)) { Tailed = tail };

    /// <summary>What is there of a piece before a frame, for another to go on from.</summary>
    /// <param name="end">The frame after the last; it exists.</param>
    /// <param name="frames">About how many frames are kept.</param>
    /// <param name="origin">The sample at which this timeline begins.</param>
    public TimelineTail Tail(long end, long frames, long origin)
    {
        long first = Math.Max(0, end - frames);
        while (first * _format.Grid.TokenRate % _format.Grid.FrameRate != 0)
            first--;
        int from = (int)(first * _format.Grid.TokenRate / _format.Grid.FrameRate),
            to = (int)_format.Grid.TokensUntil(end);
        int books = _format.Codebooks;
        return new(origin + first * _format.Hop, Latents(first, end - first).ToArray(), [.. _tokens[(from * books)..(to * books)]]);
    }

    /// <summary>The same piece, with more to be made after it.</summary>
    public Timeline Continued(long samples) =>
        new(_format, _latents, _tokens, _known)
        {
            Start = Frames,
            Position = Frames,
            End = Frames + (samples + _format.Hop - 1) / _format.Hop,
            IsOpen = true,
            SampleEnd = Frames * _format.Hop + samples,
            Tailed = Tailed,
        };

    /// <summary>The same piece, with more to be made before it: so much as completes its last frame and token.</summary>
    public Timeline Preceded(long samples)
    {
        long frames = (samples + _format.Hop - 1) / _format.Hop;
        while (frames * _format.Grid.TokenRate % _format.Grid.FrameRate != 0)
            frames++;
        var silence = new float[frames * _format.Hop * _format.Channels];
        var latents = new float[frames * _format.LatentChannels];
        return new(_format, [.. latents, .. _latents], [], _known with { Samples = [.. silence, .. _known.Samples] })
        {
            Start = 0,
            Position = 0,
            End = frames,
            _tokenEnd = frames * _format.Grid.TokenRate / _format.Grid.FrameRate,
            _laterTokens = [.. _tokens],
            SampleEnd = frames * _format.Hop + KnownEnd + _known.Rest.Length / _format.Channels,
        };
    }

    /// <summary>The same piece, with a range to be made between the frames that stay.</summary>
    /// <param name="startSeconds">Where the range begins.</param>
    /// <param name="endSeconds">Where it ends, inside the piece or less than a frame behind it.</param>
    public Timeline Opened(double startSeconds, double endSeconds)
    {
        int start = Math.Min((int)(startSeconds * _format.Grid.FrameRate), (int)Frames - 1),
            end = Math.Clamp((int)Math.Ceiling(endSeconds * _format.Grid.FrameRate - 1e-6), start + 1, (int)Frames),
            from = (int)Math.Min((long)start * _format.Grid.TokenRate / _format.Grid.FrameRate, TokenCount),
            to = (int)_format.Grid.TokensUntil(end);
        return new(_format, _latents, _tokens.Take(from * _format.Codebooks), _known)
        {
            Start = start,
            Position = start,
            End = end,
            _tokenEnd = to,
            _laterTokens = [.. _tokens.Skip(to * _format.Codebooks)],
            // what completes no frame stays behind frames that stay
            SampleEnd = KnownEnd + (end < Frames ? _known.Rest.Length / _format.Channels : 0),
        };
    }

    /// <summary>How many tokens have to be written before a window can be made.</summary>
    public int TokensMissing(Window window) => (int)Math.Max(0, Math.Min(_format.Grid.TokensUntil(window.End), _tokenEnd) - TokenCount);

    /// <summary>Tokens after those that are there, [tokens, codebooks] flat.</summary>
    public void Add(ReadOnlySpan<long> tokens)
    {
        _tokens.AddRange(tokens);
        if (TokenCount < _tokenEnd)
            return;
        _tokens.AddRange(_laterTokens);
        // a last frame may begin in a token that the tokenizer did not complete
        for (long needed = _format.Grid.TokensUntil(Frames); TokenCount < needed; )
            _tokens.AddRange(_tokens[^_format.Codebooks..]);
        _tokenEnd = long.MaxValue;
    }

    /// <summary>The tokens that sound in a window, [tokens, codebooks] flat.</summary>
    public long[] TokensOf(Window window)
    {
        var (first, count) = _format.Grid.TokensOf(window.First, window.Frames);
        return CollectionsMarshal.AsSpan(_tokens).Slice((int)first * _format.Codebooks, (int)count * _format.Codebooks).ToArray();
    }

    /// <summary>The latents of a window, frame after frame; zero where none are there yet.</summary>
    public float[] LatentsOf(Window window)
    {
        var seen = new float[window.Frames * _format.LatentChannels];
        long there = Math.Min(window.End, Frames) - window.First;
        Latents(window.First, (int)Math.Max(0, there)).CopyTo(seen);
        return seen;
    }

    /// <summary>Latents that are there, frame after frame.</summary>
    public ReadOnlySpan<float> Latents(long first, long count) =>
        CollectionsMarshal.AsSpan(_latents).Slice((int)first * _format.LatentChannels, (int)count * _format.LatentChannels);

    /// <summary>The latents of the piece, without those beyond its end.</summary>
    public AudioLatents Latents() =>
        new(Latents(0, IsOpen ? Math.Min(Frames, End) : Frames).ToArray(), _format.LatentChannels, _format.Grid.FrameRate);

    /// <summary>Takes in what a window made: what it accepts is known from now on.</summary>
    /// <param name="window">The window.</param>
    /// <param name="made">Its made frames, of which those behind <see cref="Window.Accepted"/> are left out.</param>
    public void Accept(Window window, ReadOnlySpan<float> made)
    {
        var final = made[..((int)(window.Accepted - window.From) * _format.LatentChannels)];
        if (IsOpen)
            _latents.AddRange(final);
        else
            final.CopyTo(CollectionsMarshal.AsSpan(_latents)[((int)window.From * _format.LatentChannels)..]);
        Position = window.Accepted;
    }

    /// <summary>
    /// The whole piece, interleaved: known samples as they are, but for crossfades with those in the range that was made.
    /// </summary>
    /// <param name="take">
    /// Sound of the range, and of as much around it as is crossfaded, interleaved; at the level of the known samples.
    /// </param>
    /// <param name="takeStart">The sample of the piece at which the take begins.</param>
    /// <param name="fade">Samples of a crossfade.</param>
    /// <param name="sampleRate">Hz.</param>
    public float[] SamplesWith(float[] take, long takeStart, int fade, int sampleRate) =>
        SamplesUntil(SampleEnd, take, takeStart, fade, sampleRate).Samples;

    /// <summary>The piece up to the end of a take that has only begun, where nothing is known behind the range.</summary>
    /// <param name="take">Sound of the range's beginning, <see cref="TakeToBegin"/> samples of each channel unless it is shorter.</param>
    /// <param name="takeStart">The sample of the piece at which the take begins.</param>
    /// <param name="fade">Samples of a crossfade.</param>
    /// <param name="sampleRate">Hz.</param>
    /// <returns>The samples, and what those of the take that follow are multiplied by.</returns>
    public (float[] Samples, float Gain) BeginningWith(float[] take, long takeStart, int fade, int sampleRate) =>
        SamplesUntil(takeStart + take.Length / _format.Channels, take, takeStart, fade, sampleRate);

    /// <summary>Samples of each channel that a take has to hold until what was there and it can be joined.</summary>
    /// <param name="takeStart">The sample of the piece at which the take begins.</param>
    /// <param name="sampleRate">Hz.</param>
    public long TakeToBegin(long takeStart, int sampleRate) =>
        _known.Samples.Length == 0 ? 0 : Start * _format.Hop - takeStart + (Gain == 1 ? 1 : (long)(LevelMatch.ReachSeconds * sampleRate));

    private (float[] Samples, float Gain) SamplesUntil(long until, float[] take, long takeStart, int fade, int sampleRate)
    {
        if (_known.Samples.Length == 0)
            return (take, 1);
        int channels = _format.Channels;
        long start = Start * _format.Hop,
            end = End * _format.Hop;
        var samples = new float[until * channels];
        _known.Samples.CopyTo(samples, 0);
        int whole = IsOpen ? samples.Length : _known.Samples.Length;
        _known.Rest.AsSpan(0, samples.Length - whole).CopyTo(samples.AsSpan(whole));
        float gain = 1;
        if (Gain != 1)
            gain = LevelMatch.Apply(take, takeStart, _known.Samples, start, end, fade, sampleRate, channels);
        Splice.Over(samples.AsSpan(0, whole), take, takeStart, start, end, fade, channels);
        return (samples, gain);
    }

    private int TokenCount => _tokens.Count / _format.Codebooks;

    /// <summary>The least that can be gone on from, seconds.</summary>
    public const double ShortestSeconds = 0.5;

    /// <param name="Samples">In whole frames, interleaved.</param>
    /// <param name="Rest">Those that complete no frame.</param>
    /// <param name="Gain">Applied before the networks.</param>
    private sealed record Recording(float[] Samples, float[] Rest, float Gain);
}
