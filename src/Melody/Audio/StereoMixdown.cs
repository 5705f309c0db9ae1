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
        if (clip.Channels is < 3 or > 8)
            return Twice(clip.ToMono());
        var gains = Layouts[clip.Channels - 3];
        float scale = 1 / gains.Sum(gain => gain.Left);
        var stereo = new float[2 * clip.Frames];
        for (int frame = 0; frame < clip.Frames; frame++)
        {
            var samples = clip.Samples.Slice(frame * clip.Channels, clip.Channels);
            for (int channel = 0; channel < samples.Length; channel++)
            {
                stereo[2 * frame] += scale * gains[channel].Left * samples[channel];
                stereo[2 * frame + 1] += scale * gains[channel].Right * samples[channel];
            }
        }
        return AudioClip.Adopt(stereo, clip.SampleRate, 2);
    }

    private static AudioClip Twice(AudioClip mono)
    {
        var stereo = new float[2 * mono.Frames];
        for (int i = 0; i < stereo.Length; i++)
            stereo[i] = mono.Samples[i / 2];
        return AudioClip.Adopt(stereo, mono.SampleRate, 2);
    }
}
