using System.Runtime.InteropServices;
using Melody.Audio;
using Melody.Conditioning;
using Melody.Corpus.Records;
using Melody.Models;
using Melody.SemanticTokens;
using Melody.Training.Data;
using Melody.Training.Encoded;
using Melody.Training.Setup;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Training.Encoders;

/// <summary>The three parts of a model that turn music and words into what the generators are trained on.</summary>
internal sealed class EncodingModel : IDisposable
{
    // latent frames go through the autoencoder in pieces of this many seconds: few seams, bounded memory
    private const double SecondsAtOnce = 40;

    private readonly LoadedCodec _autoencoder;
    private readonly JointEmbeddingConfig _jointConfig;
    private readonly JointEmbedding? _joint;
    private readonly SemanticTokenizer _tokenizer;
    private readonly ScoreFacts _facts;
    private readonly IReadOnlyDictionary<string, string> _hashes;
    private readonly Device _device;
    private readonly int[] _unknown;

    /// <summary>Loads the parts.</summary>
    /// <param name="folder">A model that has them, each trained.</param>
    /// <param name="device">Where they run.</param>
    /// <param name="latents">Whether there are to be latents, which only the denoiser needs.</param>
    /// <param name="prefixes">Whether there are to be prefix tokens, which only the language model needs.</param>
    /// <param name="sound">Whether there is sound; without it there are tokens of scores and prefix tokens of texts alone.</param>
    /// <exception cref="MelodyException">
    /// A part is missing or damaged, the parts do not fit each other, or without sound no token is known.
    /// </exception>
    public EncodingModel(ModelFolder folder, Device device, bool latents = true, bool prefixes = true, bool sound = true)
    {
        (_device, HasLatents, HasSound) = (device, latents && sound, sound);
        List<Part> told = [Parts.SemanticTokenizer];
        if (HasLatents)
            told.Add(LoadedCodec.PartOf(folder));
        if (prefixes)
            told.Add(Parts.JointEmbedding);
        _hashes = PartHash.OfEncoding(folder, told);
        _autoencoder = LoadedCodec.Open(folder, device, SecondsAtOnce);
        _jointConfig = Parts.JointEmbedding.Config(folder);
        if (prefixes)
            _joint = Parts.JointEmbedding.Load(folder, device);
        _tokenizer = Parts.SemanticTokenizer.Load(folder, device);
        _facts = new(_tokenizer.Config);
        _unknown = sound ? [] : Unheard(folder);
        long tokenSamples = (long)_tokenizer.Config.Hop * SampleRate;
        if (tokenSamples % _tokenizer.Config.SampleRate != 0 || TokenHop % _autoencoder.Codec.HopLength != 0)
            throw new MelodyException(
                $"The parts of the model in '{folder.Path}' do not fit each other: a semantic token is not a whole number of latent frames."
            );
    }

    /// <summary>What the autoencoder listens to, Hz; the other parts hear the same at their own rates.</summary>
    public int SampleRate => _autoencoder.Codec.SampleRate;

    /// <summary>Channels that the autoencoder listens to.</summary>
    public int Channels => _autoencoder.Codec.Channels;

    /// <summary>What the audio tower listens to, Hz.</summary>
    public int PrefixRate => _jointConfig.Audio.SampleRate;

    /// <summary>Samples of <see cref="SampleRate"/> in a semantic token.</summary>
    public int TokenHop => (int)((long)_tokenizer.Config.Hop * SampleRate / _tokenizer.Config.SampleRate);

    /// <summary>Latent frames in a semantic token.</summary>
    public int LatentFramesPerToken => TokenHop / _autoencoder.Codec.HopLength;

    /// <summary>Values in a latent frame.</summary>
    public int LatentChannels => _autoencoder.Codec.LatentChannels;

    /// <summary>Whether there are to be latents.</summary>
    public bool HasLatents { get; }

    /// <summary>Whether there is sound.</summary>
    public bool HasSound { get; }

    /// <summary>Whether there are to be prefix tokens.</summary>
    public bool HasPrefixes => _joint is not null;

    /// <summary>Prefix tokens of a window or a text.</summary>
    public int PrefixLevels => _jointConfig.Quantizer.Levels;

    /// <summary>What is written beside the shards.</summary>
    public EncodedPlan Plan(IReadOnlyList<EncodedSource> shards) =>
        new()
        {
            Parts = _hashes,
            SampleRate = SampleRate,
            LatentHop = _autoencoder.Codec.HopLength,
            LatentChannels = LatentChannels,
            TokenHop = TokenHop,
            SemanticCodes = _tokenizer.Config.Codes,
            Codebooks = [.. _tokenizer.Config.Codebooks.Select(book => book.Codes)],
            UnknownCodebooks = HasSound ? null : _unknown,
            PrefixLevels = PrefixLevels,
            PrefixCodes = _jointConfig.Quantizer.Entries,
            Shards = shards,
        };

    /// <summary>Latents of the interleaved samples of a piece, frame after frame; none where there are to be none.</summary>
    public float[] Latents(ReadOnlySpan<float> audio, CancellationToken cancellation) =>
        HasLatents ? _autoencoder.Codec.EncodeInterleaved(audio, cancellation) : [];

    /// <summary>Mono samples at another rate.</summary>
    public static float[] Resample(float[] mono, int from, int to) =>
        from == to ? mono : AudioClip.Adopt(mono, from).Resample(to).Samples.ToArray();

    /// <summary>Tokens in a frame.</summary>
    public int Codebooks => _tokenizer.Codebooks.Count;

    /// <summary>Semantic tokens of the mono samples of a piece, [frames, codebooks] flat.</summary>
    public short[] Tokens(float[] mono, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var heard = Resample(mono, SampleRate, _tokenizer.Config.SampleRate);
        return Shorts(_tokenizer.Tokenize(tensor(heard, [1, heard.Length]), cancellation));
    }

    /// <summary>Semantic tokens of a piece whose score is known, [frames, codebooks] flat; -1 for what only its sound tells.</summary>
    /// <param name="score">All of it, in seconds from the piece's beginning.</param>
    /// <param name="samples">Its length at <see cref="SampleRate"/>.</param>
    /// <param name="mono">Its samples; not looked at without sound.</param>
    public short[] Tokens(WindowRecord score, long samples, float[] mono)
    {
        using var scope = NewDisposeScope();
        int rate = _tokenizer.Config.SampleRate;
        var heard = HasSound ? tensor(Resample(mono, SampleRate, rate), device: _device).unsqueeze(0) : null;
        var facts = _facts.Of(score, heard, (int)_tokenizer.Frames(Resampler.OutputFrames(samples, SampleRate, rate)));
        var tokens = ScoreFacts.Tokens(_tokenizer, facts);
        foreach (int book in _unknown)
            tokens.select(-1, book).fill_(-1);
        return Shorts(tokens);
    }

    // codebooks that only sound can fill
    private int[] Unheard(ModelFolder folder)
    {
        if (!ScoreTokens)
            throw new MelodyException(
                $"The semantic tokenizer in '{folder.Path}' hears its tokens (it has no scoreTokens); leave --without-sound out."
            );
        int[] unheard = [.. Enumerable.Range(0, Codebooks).Where(book => _tokenizer.Codebooks[book].Values.Any(FrameFacts.IsHeard))];
        return unheard.Length < Codebooks
            ? unheard
            : throw new MelodyException(
                $"Every codebook of the semantic tokenizer in '{folder.Path}' tells levels of sound; leave --without-sound out."
            );
    }

    /// <summary>Whether music with known notes gets its tokens from its score.</summary>
    public bool ScoreTokens => _tokenizer.Config.ScoreTokens;

    /// <summary>Prefix tokens of mono windows of one length at <see cref="PrefixRate"/>, flat.</summary>
    public short[] AudioPrefix(IReadOnlyList<ArraySegment<float>> windows)
    {
        using var scope = NewDisposeScope();
        var audio = new float[windows.Count * windows[0].Count];
        for (int i = 0; i < windows.Count; i++)
            windows[i].AsSpan().CopyTo(audio.AsSpan(i * windows[0].Count));
        return Shorts(_joint!.TokensForAudio(tensor(audio, [windows.Count, windows[0].Count], ScalarType.Float32, _device)));
    }

    /// <summary>Prefix tokens of texts, flat.</summary>
    public short[] TextPrefix(IReadOnlyList<string> texts)
    {
        using var scope = NewDisposeScope();
        return Shorts(_joint!.TokensForText(texts));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _autoencoder.Dispose();
        _joint?.Dispose();
        _tokenizer.Dispose();
    }

    private static short[] Shorts(Tensor codes) =>
        MemoryMarshal.Cast<byte, short>(codes.to_type(ScalarType.Int16).cpu().contiguous().bytes).ToArray();
}
