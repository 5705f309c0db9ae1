using Melody.Corpus.Records;
using Melody.Corpus.Storage;
using Melody.Tests.Corpus.Storage;
using Melody.Training.FineTuning;

namespace Melody.Tests.Training.FineTuning;

/// <summary>What is heard becomes words where nobody wrote any.</summary>
public sealed class HeardCaptionsTests
{
    [Fact]
    public void WordsAndWhatIsHeardMakeSentences()
    {
        using var pieces = new SinePieces(Plan);
        var window = pieces.Make(0, 0, default)!.Windows[0] with { Bpm = 119.7, Key = "E minor", Drums = true };
        Assert.Equal(["boss fight, 120 bpm, E minor, with drums", "boss fight"], HeardCaptions.Captions("boss fight", window));
        Assert.Equal(["without drums"], HeardCaptions.Captions(null, window with { Bpm = 0, Key = "unknown", Drums = false }));
    }

    [Fact]
    public void WordsThatSomebodyWroteStay()
    {
        using var pieces = new SinePieces(Plan);
        var before = pieces.Make(0, 0, default)!;
        var told = new List<string>();
        using var heard = new HeardCaptions(new OnePiece(before), name =>
        {
            told.Add(name);
            return "chiptune";
        });
        var after = heard.Make(0, 0, default)!;
        Assert.Equal([before.Record.Sources[0].Path ?? ""], told);
        Assert.Equal(before.Windows[0].Captions, after.Windows[0].Captions);
        Assert.Contains("chiptune", after.Windows[1].Captions);
    }

    private static CorpusPlan Plan { get; } =
        new()
        {
            Kind = CorpusKind.Composed,
            Seed = 5,
            WindowSeconds = 10,
        };

    // its first window has words and its second has none
    private sealed class OnePiece(FinishedPiece piece) : IPieceSource
    {
        public FinishedPiece? Make(int shard, int number, CancellationToken cancellation) =>
            piece with
            {
                Windows = [piece.Windows[0], piece.Windows[0] with { Captions = [], Tags = [] }],
            };

        public void Dispose() { }
    }
}
