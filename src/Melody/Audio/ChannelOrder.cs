namespace Melody.Audio;

/// <summary>
/// The order of loudspeakers in Vorbis and Opus (Vorbis I, section 4.3.9; RFC 7845, section 5.1.1.2) against that of WAV
/// and FLAC files: in 5.1 the former has the middle second and the low frequencies last.
/// </summary>
internal static class ChannelOrder
{
    private static readonly int[][] VorbisToWav =
    [
        [],
        [0],
        [0, 1],
        [0, 2, 1],
        [0, 1, 2, 3],
        [0, 2, 1, 3, 4],
        [0, 2, 1, 5, 3, 4],
        [0, 2, 1, 6, 5, 3, 4],
        [0, 2, 1, 7, 5, 6, 3, 4],
    ];

    /// <summary>For each channel of a WAV file the channel of Vorbis; null when they are the same.</summary>
    public static int[]? FromVorbis(int channels) => channels is < 3 or 4 or > 8 ? null : VorbisToWav[channels];

    /// <summary>For each channel of Vorbis the channel of a WAV file; null when they are the same.</summary>
    public static int[]? ToVorbis(int channels) =>
        FromVorbis(channels) is { } order ? [.. Enumerable.Range(0, channels).Select(c => Array.IndexOf(order, c))] : null;

    /// <summary>Puts the channels of each frame into another order.</summary>
    public static void Apply(Span<float> interleaved, int[]? order)
    {
        if (order is null)
            return;
        Span<float> frame = stackalloc float[order.Length];
        for (; interleaved.Length >= order.Length; interleaved = interleaved[order.Length..])
        {
            interleaved[..order.Length].CopyTo(frame);
            for (int c = 0; c < order.Length; c++)
                interleaved[c] = frame[order[c]];
        }
    }
}
