using System.Buffers.Binary;
using System.Text;
using Melody.Audio;

namespace Melody.Fuzz.Readers;

/// <summary>Sound files of every format that is read without native code.</summary>
internal static class SoundReaders
{
    // enough of what a few kilobytes can say; a compressed bomb says more than fits
    private const int MostSamples = 1 << 21;

    private static readonly AudioMetadata Tags = new()
    {
        Title = "a tone",
        Software = "melody",
        Recipe = "{\"task\":\"generate\"}",
    };

    public static Reader Wav() =>
        Make(
            [
                Write(AudioFormat.Wav, 1, 16),
                Write(AudioFormat.Wav, 2, 24),
                Write(AudioFormat.Wav, 2, 32),
                Riff(6, 8, 1),
                Riff(7, 8, 2),
                Riff(1, 8, 1),
                Riff(0xFFFE, 16, 2),
            ],
            ["fmt ", "data", "fact", "LIST", "INFO", "INAM", "RIFF", "RF64", "ds64", "WAVE", "bext"]
        );

    public static Reader Flac() =>
        Make([Write(AudioFormat.Flac, 1, 16), Write(AudioFormat.Flac, 2, 24)], ["fLaC", "ID3", "\u00FF\u00F8", "TITLE=x"]);

    public static Reader Opus() =>
        Make([Write(AudioFormat.OggOpus, 1, 16), Write(AudioFormat.OggOpus, 2, 16)], ["OpusHead", "OpusTags", "OggS"], WithSums);

    public static Reader OggFlac() => Make([Bytes.Resource("tone.oga")], ["OggS", "\u007FFLAC", "fLaC"], WithSums);

    public static Reader Vorbis() => Make([Bytes.Resource("tone.ogg")], ["OggS", "\u0001vorbis", "\u0003vorbis", "\u0005vorbis"], WithSums);

    public static Reader Mp3() => Make([Bytes.Resource("tone.mp3")], ["Xing", "Info", "LAME", "ID3", "TAG", "VBRI", "TIT2"]);

    private static Reader Make(IReadOnlyList<byte[]> seeds, IReadOnlyList<string> words, Action<byte[]>? repair = null) =>
        new("", seeds, words, false, bytes =>
        {
            if (bytes.Length % 4 != 0)
                repair?.Invoke(bytes);
            using var reader = AudioReader.Open(new MemoryStream(bytes, writable: false), "the input");
            _ = reader.Metadata;
            ReadSome(reader);
            if (reader.Frames is { } frames and > 2)
            {
                reader.Seek(frames / 2);
                ReadSome(reader);
            }
        });

    private static void ReadSome(AudioReader reader)
    {
        var block = new float[4096 / reader.Channels * reader.Channels];
        for (int read = 0; read < MostSamples; )
        {
            int frames = reader.Read(block);
            if (frames == 0)
                break;
            read += frames * reader.Channels;
            foreach (float sample in block.AsSpan(0, frames * reader.Channels))
                DefectException.Unless(sample is >= -AudioReader.LoudestSample and <= AudioReader.LoudestSample, "a sample is no number");
        }
    }

    // pages with a wrong checksum end in the first check; with a right one they go further
    private static void WithSums(byte[] bytes)
    {
        for (int at = 0; at + 27 <= bytes.Length && bytes.AsSpan(at).StartsWith("OggS"u8); )
        {
            int segments = bytes[at + 26],
                end = Math.Min(bytes.Length, at + 27 + segments + bytes.Skip(at + 27).Take(segments).Sum(length => length));
            bytes.AsSpan(at + 22, 4).Clear();
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at + 22), OggCrc.Update(0, bytes.AsSpan(at, end - at)));
            at = end;
        }
    }

    private static byte[] Write(AudioFormat format, int channels, int bits) =>
        Tone(channels).ToBytes(format, new AudioWriteOptions { BitDepth = bits, Metadata = Tags });

    private static AudioClip Tone(int channels)
    {
        var samples = new float[500 * channels];
        for (int i = 0; i < samples.Length; i++)
            samples[i] = 0.5f * MathF.Sin(0.05f * i);
        return new(samples, 16000, channels);
    }

    // codings that melody reads and does not write
    private static byte[] Riff(ushort coding, ushort bits, ushort channels)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, Encoding.ASCII);
        bool extended = coding == 0xFFFE;
        int format = extended ? 40 : 18,
            data = 200;
        writer.Write("RIFF"u8);
        writer.Write(4 + 8 + format + 8 + data);
        writer.Write("WAVEfmt "u8);
        writer.Write(format);
        writer.Write(coding);
        writer.Write(channels);
        writer.Write(16000);
        writer.Write(16000 * channels * bits / 8);
        writer.Write((ushort)(channels * bits / 8));
        writer.Write(bits);
        writer.Write((ushort)(extended ? 22 : 0));
        if (extended)
        {
            writer.Write(bits);
            writer.Write(3);
            writer.Write((ushort)1);
            writer.Write([0, 0, 0, 0, 16, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71]);
        }
        writer.Write("data"u8);
        writer.Write(data);
        for (int i = 0; i < data; i++)
            writer.Write((byte)(i * 7));
        return stream.ToArray();
    }
}
