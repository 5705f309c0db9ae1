namespace Melody.Audio;

/// <summary>
/// Any channels in WAV order to two, as ITU-R BS.775 does: the centre and the surrounds go to their sides 3 dB softer, the
/// low-frequency channel to neither. One channel, and more than eight, sound alike on both sides.
/// </summary>
internal static class StereoMixdown
{
    private const float Side = 0.70710678f;

    // left gains of WAV's usual layouts; the right ones are those of the mirrored channels
    private static readonly (float Left, float Right)[][] Layouts =
    [
        [(1, 0), (0, 1), (Side, Side)],
        [(1, 0), (0, 1), (Side, 0), (0, Side)],
        [(1, 0), (0, 1), (Side, Side), (Side, 0), (0, Side)],
        [(1, 0), (0, 1), (Side, Side), (0, 0), (Side, 0), (0, Side)],
        [(1, 0), (0, 1), (Side, Side), (0, 0), (Side, Side), (Side, 0), (0, Side)],
        [(1, 0), (0, 1), (Side, Side), (0, 0), (Side, 0), (0, Side), (Side, 0), (0, Side)],
    ];

    /// <summary>The clip in two channels; the same clip where it has two.</summary>
    public static AudioClip Of(AudioClip clip)
    {
        if (clip.Channels == 2)
            return clip;
        var stereo = new float[2 * clip.Frames];
        Mix(clip.Samples, clip.Channels, stereo);
        return AudioClip.Adopt(stereo, clip.SampleRate, 2);
    }

    /// <summary>Mixes frames of any number of channels into two.</summary>
    /// <param name="interleaved">At least as many frames as <paramref name="stereo"/> has.</param>
    /// <param name="channels">Samples in a frame.</param>
    /// <param name="stereo">Receives pairs.</param>
    public static void Mix(ReadOnlySpan<float> interleaved, int channels, Span<float> stereo)
    {
        var gains = channels is >= 3 and <= 8 ? Layouts[channels - 3] : null;
        float scale = gains is null ? 1 : 1 / gains.Sum(gain => gain.Left);
        for (int frame = 0; frame < stereo.Length / 2; frame++)
        {
            var samples = interleaved.Slice(frame * channels, channels);
            var (left, right) = (0f, 0f);
            if (channels == 2)
                (left, right) = (samples[0], samples[1]);
            else if (gains is null)
                AudioClip.MixDown(samples, channels, new Span<float>(ref left));
            else
                for (int channel = 0; channel < channels; channel++)
                {
                    left += scale * gains[channel].Left * samples[channel];
                    right += scale * gains[channel].Right * samples[channel];
                }
            (stereo[2 * frame], stereo[2 * frame + 1]) = (left, channels == 2 || gains is not null ? right : left);
        }
    }
}
