namespace Melody.Autoencoder;

/// <summary>What the configuration of an autoencoder, of either kind, tells of sound and latents.</summary>
internal interface ISoundSizes
{
    /// <summary>Of the sound, Hz.</summary>
    int SampleRate { get; }

    /// <summary>Values in a latent frame.</summary>
    int LatentChannels { get; }

    /// <summary>Channels of the sound: 1 or 2.</summary>
    int SoundChannels { get; }

    /// <summary>Samples of one channel in a latent frame.</summary>
    int LatentHop { get; }
}
