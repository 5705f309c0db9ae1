using System.Text.Json;
using System.Text.Json.Serialization;

namespace Melody.Corpus.Records;

/// <summary>
/// One sounding note. In JSON it is an array of five numbers, <c>[start, length, pitch, program, velocity]</c>, because
/// a window holds hundreds.
/// </summary>
/// <param name="Start">Seconds from the window's start.</param>
/// <param name="Length">Seconds.</param>
/// <param name="Pitch">MIDI key 0..127; the drum for program 128.</param>
/// <param name="Program">General MIDI program 0..127, or 128 for the drum kit.</param>
/// <param name="Velocity">1..127.</param>
[JsonConverter(typeof(NoteEventConverter))]
internal readonly record struct NoteEvent(double Start, double Length, int Pitch, int Program, int Velocity);

/// <summary>Writes a <see cref="NoteEvent"/> as five numbers, times to the millisecond.</summary>
internal sealed class NoteEventConverter : JsonConverter<NoteEvent>
{
    public override NoteEvent Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new JsonException("a note is an array of five numbers");
        Span<double> values = stackalloc double[5];
        for (int i = 0; i < 5; i++)
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.Number)
                throw new JsonException("a note is an array of five numbers");
            values[i] = reader.GetDouble();
        }
        if (!reader.Read() || reader.TokenType != JsonTokenType.EndArray)
            throw new JsonException("a note is an array of five numbers");
        return new NoteEvent(values[0], values[1], (int)values[2], (int)values[3], (int)values[4]);
    }

    public override void Write(Utf8JsonWriter writer, NoteEvent value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        writer.WriteNumberValue(Math.Round(value.Start, 3));
        writer.WriteNumberValue(Math.Round(value.Length, 3));
        writer.WriteNumberValue(value.Pitch);
        writer.WriteNumberValue(value.Program);
        writer.WriteNumberValue(value.Velocity);
        writer.WriteEndArray();
    }
}
