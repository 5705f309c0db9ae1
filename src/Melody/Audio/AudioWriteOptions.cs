namespace Melody.Audio;

/// <summary>How audio is written to a file.</summary>
public sealed record AudioWriteOptions
{
    /// <summary>The kind of file; null goes by the file name's extension.</summary>
    public AudioFormat? Format { get; init; }

    /// <summary>Bits of a sample in WAV (16, 24, or 32 for floats) and FLAC (16 or 24) files; the others take no notice.</summary>
    public int BitDepth { get; init; } = 16;

    /// <summary>Quality of Ogg Vorbis, Ogg Opus and MP3 from 0 (small) to 1 (best).</summary>
    public double Quality { get; init; } = 0.6;

    /// <summary>Text to carry in the file.</summary>
    public AudioMetadata Metadata { get; init; } = AudioMetadata.None;

    /// <summary>The format for <paramref name="path"/>, with everything checked that can be before a sample is written.</summary>
    internal AudioFormat FormatFor(string path, int channels)
    {
        var format = Format ?? AudioFormats.FromPath(path);
        bool known = format switch
        {
            AudioFormat.Wav => BitDepth is 16 or 24 or 32,
            AudioFormat.Flac => BitDepth is 16 or 24,
            _ => true,
        };
        if (!known)
            throw new MelodyException(
                $"{format.Name()} files are not written with {BitDepth} bits a sample; ask for "
                    + $"{(format == AudioFormat.Wav ? "16, 24 or 32" : "16 or 24")}."
            );
        if (!(Quality >= 0 && Quality <= 1))
            throw new MelodyException("The quality of an audio file lies between 0 and 1.");
        if (channels > format.MaximumChannels())
            throw new MelodyException(
                $"{format.Name()} files hold at most {format.MaximumChannels()} channels, and this audio has {channels}; mix it "
                    + $"down or write a WAV file."
            );
        return format;
    }
}
