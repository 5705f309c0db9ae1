using System.Buffers.Binary;

namespace Melody.Studio.Http;

/// <summary>
/// Sound as WAV of unknown length, 16 bits, sent as it comes: sizes in the header are the largest that fit, as players expect of
/// streams.
/// </summary>
internal static class WavStream
{
    /// <summary>Sends all chunks.</summary>
    public static async Task WriteAsync(
        Stream stream,
        int sampleRate,
        int channels,
        IAsyncEnumerable<ReadOnlyMemory<float>> chunks,
        CancellationToken cancellation
    )
    {
        await stream.WriteAsync(Header(sampleRate, channels), cancellation).ConfigureAwait(false);
        await stream.FlushAsync(cancellation).ConfigureAwait(false);
        await foreach (var chunk in chunks.WithCancellation(cancellation).ConfigureAwait(false))
        {
            await stream.WriteAsync(Bytes(chunk.Span), cancellation).ConfigureAwait(false);
            await stream.FlushAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Samples as 16 bits, little-endian.</summary>
    public static byte[] Bytes(ReadOnlySpan<float> samples)
    {
        var bytes = new byte[2 * samples.Length];
        for (int i = 0; i < samples.Length; i++)
        {
            short value = (short)Math.Clamp(Math.Round(samples[i] * 32768.0), short.MinValue, short.MaxValue);
            BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(2 * i), value);
        }
        return bytes;
    }

    private static byte[] Header(int sampleRate, int channels)
    {
        var header = new byte[44];
        "RIFF"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(4), uint.MaxValue);
        "WAVEfmt "u8.CopyTo(header.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(16), 16);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(20), 1);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(22), (short)channels);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(24), sampleRate);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(28), 2 * channels * sampleRate);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(32), (short)(2 * channels));
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(34), 16);
        "data"u8.CopyTo(header.AsSpan(36));
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(40), uint.MaxValue);
        return header;
    }
}
