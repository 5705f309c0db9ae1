using Melody.Audio;
using Melody.Autoencoder;
using static TorchSharp.torch;

namespace Melody;

/// <summary>Music that is there already, as the networks see it: samples, latents and semantic tokens on one clock.</summary>
/// <param name="Samples">Mono samples at the model's rate, cut to whole latent frames.</param>
/// <param name="Latents">One row a frame.</param>
/// <param name="Tokens">Semantic tokens, at 25 a second.</param>
/// <param name="Rest">Samples beyond the last whole frame.</param>
internal sealed record KnownMusic(float[] Samples, AudioLatents Latents, long[] Tokens, float[] Rest)
{
    /// <summary>Encodes a clip.</summary>
    /// <exception cref="MelodyException">The clip is too short or too long.</exception>
    public static KnownMusic Of(MusicModel model, AudioClip clip, CancellationToken cancellation)
    {
        var mono = SoundTensor.Mono(clip, model);
        int hop = model.Networks.Autoencoder.HopLength;
        if (mono.Frames < ShortestSeconds * model.SampleRate)
            throw new MelodyException(
                FormattableString.Invariant(
                    $"The audio lasts {clip.Seconds:F2} seconds; at least {ShortestSeconds} are needed to go on from it."
                )
            );
        int whole = mono.Frames / hop * hop;
        float[] rest = mono.Samples[whole..].ToArray();
        mono = mono.Slice(0, whole);
        using var use = ModelUse.Of(model);
        using var scope = NewDisposeScope();
        var latents = new LatentCodec(model.Networks.Autoencoder).Encode(mono.Samples, cancellation);
        var tokens = model.Networks.SemanticTokenizer.Tokenize(SoundTensor.Of(mono, model), cancellation);
        return new(mono.Samples.ToArray(), latents, tokens.cpu().data<long>().ToArray(), rest);
    }

    private const double ShortestSeconds = 0.5;
}
