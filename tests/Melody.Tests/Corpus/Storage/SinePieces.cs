using Melody.Corpus.Records;
using Melody.Corpus.Rendering;
using Melody.Corpus.Storage;
using Melody.Music;

namespace Melody.Tests.Corpus.Storage;

/// <summary>A source of short sines whose frequency tells shard and number: what is read back can be told apart.</summary>
internal sealed class SinePieces(CorpusPlan plan, Action<int, int>? onMake = null) : IPieceSource
{
    public const double Seconds = 2.5;

    public FinishedPiece? Make(int shard, int number, CancellationToken cancellation)
    {
        if (number == plan.PiecesPerShard)
            return null;
        onMake?.Invoke(shard, number);
        var samples = new float[(int)(Seconds * plan.SampleRate)];
        for (var n = 0; n < samples.Length; n++)
            samples[n] = Sample(shard, number, n, plan.SampleRate);
        return new FinishedPiece
        {
            Audio = new Waveform([.. Enumerable.Repeat(samples, plan.Channels)], plan.SampleRate),
            Record = Piece($"p{shard}-{number}", Split(shard, number)),
            Windows = [.. Enumerable.Range(0, 3).Select(i => Window($"p{shard}-{number}", Split(shard, number), i, plan.WindowSeconds))],
            SoundFont = "none",
        };
    }

    public static DatasetSplit Split(int shard, int number) => (shard + number) % 3 == 2 ? DatasetSplit.Validation : DatasetSplit.Train;

    public static float Sample(int shard, int number, int n, int rate) =>
        (float)(0.5 * Math.Sin(2 * Math.PI * (200 + 100 * shard + 10 * number) * n / rate));

    public static PieceRecord Piece(string id, DatasetSplit split) =>
        new()
        {
            Id = id,
            Seed = ulong.MaxValue,
            Split = split,
            TuneId = id,
            Kind = PieceKind.Solo,
            Style = "sine",
            Family = Genre.Unknown,
            Sources = [new SourceRecord("a sine", "CC0-1.0")],
            Bpm = 120,
            TimeSignature = "4/4",
            Key = "A minor",
            Mode = "minor",
            Form = [],
            ProductionWords = [],
            Programs = [80],
            Duration = Seconds,
        };

    public static WindowRecord Window(string piece, DatasetSplit split, int index, double length) =>
        new()
        {
            PieceId = piece,
            Index = index,
            Start = index * 0.9,
            Length = length,
            Split = split,
            Bpm = 120,
            TimeSignature = "4/4",
            Key = "A minor",
            Mode = "minor",
            Chords = [],
            Instruments = [],
            Drums = false,
            Section = "A",
            Kind = PieceKind.Solo,
            Family = Genre.Unknown,
            Style = "sine",
            Density = 1,
            Register = 60,
            Energy = 0.5,
            Loudness = 80,
            Articulation = 1,
            Moods = [],
            Settings = [],
            Uses = [],
            ProductionWords = [],
            Beats = [0, 0.5],
            Downbeats = [0],
            Notes = [new NoteEvent(0, 1, 60, 80, 90)],
            Captions = [$"window {index} of {piece}"],
            Tags = ["sine"],
        };

    public void Dispose() { }
}
