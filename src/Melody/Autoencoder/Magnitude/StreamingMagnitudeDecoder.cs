using System.Runtime.InteropServices;
using Melody.PhaseRetrieval;
using static TorchSharp.torch;

namespace Melody.Autoencoder.Magnitude;

/// <summary>
/// Latents of a <see cref="MagnitudeAutoencoder"/> in, stereo sound out. The network predicts pieces of a fixed number of frames, on
/// a grid that starts at the first, together with as much of their surroundings as it sees; phases go on from piece to piece, and
/// from the true ones where the sound is known. Samples come <see cref="SpectrogramSynthesizer"/>'s delay later.
/// </summary>
internal sealed class StreamingMagnitudeDecoder : ISoundStream
{
    private readonly MagnitudeAutoencoder _network;
    private readonly SpectrogramSynthesizer _synthesizer;
    private readonly ShortTimeGrid _grid;
    private readonly int _pieceFrames,
        _context,
        _channels,
        _stacked;
    private readonly List<float> _latents = [];
    private readonly Dictionary<long, ChannelSpectra> _known = []; // by spectral frame
    private long _firstFrame,
        _nextFrame,
        _pushedFrames;
    private bool _complete,
        _finished;

    /// <param name="network">The network.</param>
    /// <param name="grid">Its window and hop.</param>
    /// <param name="synthesis">Corrections of the synthesis.</param>
    /// <param name="pieceFrames">Latent frames decoded at a time.</param>
    /// <param name="context">Latent frames on either side that change a piece.</param>
    public StreamingMagnitudeDecoder(
        MagnitudeAutoencoder network,
        ShortTimeGrid grid,
        SynthesisOptions? synthesis,
        int pieceFrames,
        int context
    )
    {
        (_network, _grid, _pieceFrames, _context) = (network, grid, pieceFrames, context);
        (_channels, _stacked) = (network.Config.LatentChannels, network.Config.FramesPerLatent);
        _synthesizer = new(grid, network.Config.SampleRate, channels: 2, synthesis);
    }

    /// <inheritdoc/>
    public bool CanDecode => _complete ? !_finished && _pushedFrames > 0 : _nextFrame + _pieceFrames + _context <= _pushedFrames;

    /// <inheritdoc/>
    public void Push(ReadOnlySpan<float> latents)
    {
        if (_complete)
            throw new InvalidOperationException("Nothing can follow once the stream is complete.");
        if (latents.Length % _channels != 0)
            throw new ArgumentException($"{latents.Length} values do not make whole frames of {_channels}.", nameof(latents));
        _latents.AddRange(latents);
        _pushedFrames += latents.Length / _channels;
    }

    /// <inheritdoc/>
    public void PushKnown(ReadOnlySpan<float> latents, ReadOnlySpan<float> samples)
    {
        int frames = latents.Length / _channels * _stacked;
        if (!samples.IsEmpty && samples.Length != 2 * frames * _grid.Hop)
            throw new ArgumentException($"{samples.Length} samples do not belong to {frames} spectra.", nameof(samples));
        long first = _pushedFrames * _stacked;
        Push(latents);
        if (samples.IsEmpty)
            return;
        var spectra = new KnownSpectra(_grid, samples);
        for (int i = 0; i < frames; i++)
            if (spectra[i] is { } known)
                _known[first + i] = known;
    }

    /// <inheritdoc/>
    public void Complete() => _complete = true;

    /// <inheritdoc/>
    public float[] Decode()
    {
        if (!CanDecode)
            return [];
        long end = Math.Min(_nextFrame + _pieceFrames, _pushedFrames);
        float[] samples = end > _nextFrame ? Decode(end) : [];
        _finished = _complete && end == _pushedFrames;
        return _finished ? [.. samples, .. _synthesizer.Finish()] : samples;
    }

    private float[] Decode(long end)
    {
        using var gradients = no_grad();
        using var scope = NewDisposeScope();
        long from = Math.Max(0, _nextFrame - _context),
            to = Math.Min(end + _context, _pushedFrames);
        _latents.RemoveRange(0, (int)(from - _firstFrame) * _channels);
        _firstFrame = from;
        var seen = CollectionsMarshal.AsSpan(_latents)[..((int)(to - from) * _channels)].ToArray();
        var predicted = _network.Decode(tensor(seen, [1, to - from, _channels]).to(_network.Mean.device));
        long skipped = (_nextFrame - from) * _stacked,
            frames = (end - _nextFrame) * _stacked;
        float[] Rows(Tensor values) => values[0].narrow(0, skipped, frames).cpu().contiguous().data<float>().ToArray();
        var piece = new SpectrogramFrames
        {
            LogMagnitudes = Rows(predicted.Features.LogMagnitude),
            Balance = Rows(predicted.Features.Balance),
            Correlation = Rows(predicted.Features.Correlation),
            Spread = Rows(predicted.LogSpread.exp()),
        };
        long first = _nextFrame * _stacked;
        _nextFrame = end;
        return _known.Count == 0 ? _synthesizer.Push(piece) : Push(piece, first, (int)frames);
    }

    // runs of frames to be made between those that are known
    private float[] Push(SpectrogramFrames piece, long first, int frames)
    {
        var samples = new List<float>();
        int start = 0;
        for (int i = 0; i < frames; i++)
            if (_known.Remove(first + i, out var known))
            {
                samples.AddRange(_synthesizer.Push(piece.Slice(start, i - start, _grid.Bins)));
                samples.AddRange(_synthesizer.PushKnown(known));
                start = i + 1;
            }
        samples.AddRange(_synthesizer.Push(piece.Slice(start, frames - start, _grid.Bins)));
        return [.. samples];
    }
}
