using System.Buffers.Binary;
using Melody;

namespace MusicServer;

/// <summary>An answer that is a WAV file of 16 bits, sent while it is made.</summary>
internal static class WavStream
{
    private const int BytesASample = sizeof(short);

    /// <summary>Waits for the first part, so that what is refused is refused before any byte is sent.</summary>
    public static async Task<IResult> OpenAsync(IAsyncEnumerable<MusicResponseUpdate> parts, CancellationToken cancellation)
    {
        var rest = parts.GetAsyncEnumerator(cancellation);
        try
        {
            if (!await rest.MoveNextAsync())
                throw new MelodyException("Music of that length cannot be made.");
        }
        catch
        {
            await rest.DisposeAsync();
            throw;
        }
        return Results.Stream(
            async body =>
            {
                await using (rest)
                {
                    await body.WriteAsync(Header(rest.Current), cancellation);
                    do
                    {
                        await body.WriteAsync(Bytes(rest.Current.Samples.Span), cancellation);
                        await body.FlushAsync(cancellation);
                    } while (await rest.MoveNextAsync());
                }
            },
            "audio/wav"
        );
    }

    // its lengths are unknown: the largest there is, which players take for "until it ends"
    private static byte[] Header(MusicResponseUpdate music)
    {
        var header = new byte[44];
        int frame = music.Channels * BytesASample;
        "RIFF"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(4), uint.MaxValue);
        "WAVEfmt "u8.CopyTo(header.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(16), 16);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(20), 1);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(22), (short)music.Channels);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(24), music.SampleRate);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(28), music.SampleRate * frame);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(32), (short)frame);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(34), 8 * BytesASample);
        "data"u8.CopyTo(header.AsSpan(36));
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(40), uint.MaxValue);
        return header;
    }

    private static byte[] Bytes(ReadOnlySpan<float> samples)
    {
        var bytes = new byte[samples.Length * BytesASample];
        for (int i = 0; i < samples.Length; i++)
        {
            short value = (short)Math.Clamp(MathF.Round(samples[i] * short.MaxValue), short.MinValue, short.MaxValue);
            BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(i * BytesASample), value);
        }
        return bytes;
    }
}
