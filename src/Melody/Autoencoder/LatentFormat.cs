using System.Globalization;

namespace Melody.Autoencoder;

/// <summary>Whether latents are of an autoencoder's kind.</summary>
internal static class LatentFormat
{
    /// <summary>Fails with a sentence for the user unless these latents are of this codec's kind.</summary>
    /// <exception cref="MelodyException">They have other channels or another rate.</exception>
    public static void Require(AudioLatents latents, ISoundCodec codec)
    {
        if (latents.Channels != codec.LatentChannels || latents.Rate != codec.LatentRate)
            throw new MelodyException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"These latents have {latents.Channels} channels at {latents.Rate} Hz, but this model's have {codec.LatentChannels} "
                        + $"at {codec.LatentRate} Hz; decode them with the model that encoded them."
                )
            );
    }
}
