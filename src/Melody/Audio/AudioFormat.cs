namespace Melody.Audio;

/// <summary>A kind of audio file that can be written.</summary>
public enum AudioFormat
{
    /// <summary>WAV (.wav): 16 or 24 bit integers, or 32 bit floats. Needs no native library.</summary>
    Wav,

    /// <summary>FLAC (.flac): 16 or 24 bit, lossless. Needs no native library.</summary>
    Flac,

    /// <summary>Ogg Vorbis (.ogg, .oga); written through libsndfile.</summary>
    OggVorbis,

    /// <summary>Ogg Opus (.opus), at 48 kHz whenever the audio has a rate that Opus does not know. Needs no native library.</summary>
    OggOpus,

    /// <summary>MP3 (.mp3), mono or stereo; written through libsndfile.</summary>
    Mp3,
}

/// <summary>What is known of a kind of audio file.</summary>
internal static class AudioFormats
{
    private static readonly (AudioFormat Format, string Name, string[] Extensions, int[] Rates, int Channels)[] All =
    [
        (AudioFormat.Wav, "WAV", [".wav", ".wave"], [], AudioClip.MaximumChannels),
        (AudioFormat.Flac, "FLAC", [".flac"], [], 8),
        (AudioFormat.OggVorbis, "Ogg Vorbis", [".ogg", ".oga"], [], 8),
        (AudioFormat.OggOpus, "Ogg Opus", [".opus"], [8000, 12000, 16000, 24000, 48000], 8),
        (AudioFormat.Mp3, "MP3", [".mp3"], [8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000], 2),
    ];

    /// <summary>The name people use.</summary>
    public static string Name(this AudioFormat format) => Entry(format).Name;

    /// <summary>The most channels that such a file may have.</summary>
    public static int MaximumChannels(this AudioFormat format) => Entry(format).Channels;

    /// <summary>The lowest rate of the format that keeps everything below half of <paramref name="rate"/>, or its highest; Hz.</summary>
    public static int RateFor(this AudioFormat format, int rate)
    {
        var rates = Entry(format).Rates;
        return rates.Length == 0 ? rate : rates.Where(r => r >= rate).DefaultIfEmpty(rates[^1]).First();
    }

    /// <summary>The format that a file name's extension asks for.</summary>
    /// <exception cref="MelodyException">No format has that extension.</exception>
    public static AudioFormat FromPath(string path)
    {
        var extension = Path.GetExtension(path);
        foreach (var entry in All)
            if (entry.Extensions.Contains(extension, StringComparer.OrdinalIgnoreCase))
                return entry.Format;
        throw new MelodyException(
            $"'{path}' does not say which kind of audio to write; end its name in "
                + string.Join(", ", All.SelectMany(e => e.Extensions).SkipLast(1))
                + $" or {All[^1].Extensions[^1]}."
        );
    }

    private static (AudioFormat Format, string Name, string[] Extensions, int[] Rates, int Channels) Entry(AudioFormat format) =>
        Array.Find(All, e => e.Format == format) is { Name: not null } entry
            ? entry
            : throw new ArgumentOutOfRangeException(nameof(format));
}
