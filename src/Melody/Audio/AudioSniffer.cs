namespace Melody.Audio;

/// <summary>
/// Chooses the reader by a file's first bytes, whatever its name: WAV, FLAC, Ogg and MP3 are read by managed code, which
/// gives every frame or an error; the rest goes to libsndfile.
/// </summary>
internal static class AudioSniffer
{
    /// <summary>Bytes after which every file that can be read has shown what it is: an MP3 file may begin late.</summary>
    public const int LongestBeginning = Mp3Scan.LongestSearchForFirst + (1 << 16);

    private static readonly (byte[] Start, int At, string Name)[] Unreadable =
    [
        ([.. "ftyp"u8], 4, "an MP4 or M4A file"),
        ([0x1A, 0x45, 0xDF, 0xA3], 0, "a WebM or Matroska file"),
        ([0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11], 0, "a Windows Media file"),
        ([.. "MThd"u8], 0, "a MIDI file, which holds notes and no sound"),
    ];

    private static readonly byte[][] SoundFileStarts =
    [
        [.. "FORM"u8],
        [.. ".snd"u8],
        [.. "caff"u8],
        [.. "riff"u8],
        [.. "RIFX"u8],
        [.. "Creative Voice File"u8],
    ];

    /// <summary>
    /// Whether bytes may be the beginning of a file that can be read; enough of them are <see cref="LongestBeginning"/>.
    /// </summary>
    /// <param name="stream">It can seek.</param>
    public static bool MayBegin(Stream stream)
    {
        var start = Start(stream, 0);
        return WavReader.Recognizes(start)
            || start.StartsWith("fLaC"u8)
            || start.StartsWith("OggS"u8)
            || IsForLibrary(start)
            || Id3Tag.Length(stream) > 0
            || Mp3Scan.Find(stream, 0) is not null;
    }

    /// <summary>Opens a stream that can seek and is not empty.</summary>
    /// <exception cref="MelodyException">The file is not audio, or needs libsndfile.</exception>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static AudioReader Open(Stream stream, string name)
    {
        var start = Start(stream, 0);
        if (WavReader.Recognizes(start))
            return WavReader.OpenCoded(stream, name);
        long sound = Id3Tag.Length(stream);
        if (sound > 0)
            start = Start(stream, sound);
        stream.Position = sound;
        if (start.StartsWith("fLaC"u8))
            return new FlacReader(stream, name);
        if (start.StartsWith("OggS"u8))
            return OggReader.OpenCoded(stream, name);
        if (sound > 0 && WavReader.Recognizes(start))
            return WavReader.OpenCoded(new SectionStream(stream, sound, stream.Length - sound), name);
        foreach (var (bytes, at, kind) in Unreadable)
            if (start.Length > at && start[at..].StartsWith(bytes))
                throw new MelodyException($"'{name}' is {kind}; convert it to WAV, FLAC, Ogg or MP3 first.");
        bool other = IsForLibrary(start);
        if (!other && Mp3Reader.TryOpen(stream, sound, name) is { } mp3)
            return mp3;
        if (!other)
            throw new MelodyException($"'{name}' is not an audio file that can be read; give WAV, FLAC, Ogg or MP3.");
        stream.Position = 0;
        return new SoundFileReader(stream, name);
    }

    private static bool IsForLibrary(ReadOnlySpan<byte> start)
    {
        foreach (var bytes in SoundFileStarts)
            if (start.StartsWith(bytes))
                return true;
        return false;
    }

    private static ReadOnlySpan<byte> Start(Stream stream, long at)
    {
        var bytes = new byte[64];
        stream.Position = at;
        int count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        stream.Position = at;
        return bytes.AsSpan(0, count);
    }
}
