using System.Text;

namespace Melody.Endless;

/// <summary>Music without end as it was saved.</summary>
/// <param name="Piece">The piece to go on from.</param>
/// <param name="Request">What it was asked to be like.</param>
/// <param name="Position">Position of the first sample that was not played.</param>
/// <param name="Samples">The samples, interleaved, from there to where the next piece begins, as the model made them.</param>
/// <param name="Gain">Their gain, dB; null where they stay as they are.</param>
internal sealed record EndlessState(IMusicPiece Piece, EndlessRequest Request, long Position, float[] Samples, double? Gain)
{
    private static readonly byte[] Magic = "Melody endless music 3\n"u8.ToArray();

    /// <summary>The bytes of a state.</summary>
    /// <exception cref="MelodyException">The music cannot be kept.</exception>
    public static byte[] Write(IMusicMaker maker, IMusicPiece piece, long end, long position, float[] samples, double? gain)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        writer.Write(Magic);
        writer.Write(position);
        writer.Write(gain ?? double.NaN);
        ModelMusicFile.WriteAll<float>(writer, samples);
        maker.Save(piece, end, writer);
        writer.Flush();
        return stream.ToArray();
    }

    /// <summary>Reads a state.</summary>
    /// <exception cref="MelodyException">The bytes are damaged or of another model.</exception>
    public static EndlessState Read(IMusicMaker maker, Stream stream)
    {
        try
        {
            using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
            if (!reader.ReadBytes(Magic.Length).AsSpan().SequenceEqual(Magic))
                throw new MelodyException("This is not saved music of Melody, or it is of another version.");
            long position = reader.ReadInt64();
            double gain = reader.ReadDouble();
            float[] samples = ModelMusicFile.ReadAll<float>(reader);
            ModelMusicFile.Require(position is >= 0 and < 1L << 50 && (double.IsNaN(gain) || Math.Abs(gain) < 200));
            ModelMusicFile.Require(samples.Length % maker.Channels == 0);
            ModelMusicFile.Require(!samples.AsSpan().ContainsAnyExceptInRange(-1e6f, 1e6f));
            var (piece, request) = maker.Load(reader);
            return new(piece, request, position, samples, double.IsNaN(gain) ? null : gain);
        }
        catch (Exception e) when (e is EndOfStreamException or FormatException or ArgumentException)
        {
            throw new MelodyException("The saved music is damaged or cut short.", e);
        }
    }
}
