using Melody.Corpus.Records;
using Melody.SemanticTokens;
using Melody.Tests.Corpus.Storage;
using Melody.Training.Data;

namespace Melody.Tests.Training;

/// <summary>The windows of a piece, put together, say what the piece's own score says.</summary>
public sealed class PieceScoreTests
{
    private const double Length = 10;
    private const int Windows = 3,
        Frames = 25 * 10 * Windows;

    private static readonly WindowRecord Piece = SinePieces.Window("p", DatasetSplit.Train, 0, Windows * Length) with
    {
        Start = 0,
        Bpm = 75,
        Beats = [.. Enumerable.Range(0, 38).Select(beat => beat * 0.8)],
        Downbeats = [.. Enumerable.Range(0, 10).Select(bar => bar * 3.2)],
        Notes =
        [
            new(0.5, 2, 60, 0, 90),
            new(7.2, 14.6, 43, 32, 90), // over all of the second window
            new(9.7, 0.3, 64, 0, 90), // ends where the second begins
            new(10.0, 0.5, 67, 0, 90), // begins there
            new(19.99, 1, 72, 73, 90),
            new(19.99, 0.1, 38, 128, 90),
            new(25, 3, 72, 73, 90),
        ],
    };

    private static WindowRecord Cut(int index)
    {
        double start = index * Length;
        return Piece with
        {
            Index = index,
            Start = start,
            Length = Length,
            Beats = Within(Piece.Beats),
            Downbeats = Within(Piece.Downbeats),
            Notes =
            [
                .. Piece
                    .Notes.Where(note => note.Start < start + Length && note.Start + note.Length > start)
                    .Select(note =>
                    {
                        double from = Math.Max(note.Start, start);
                        return note with { Start = from - start, Length = Math.Min(note.Start + note.Length, start + Length) - from };
                    }),
            ],
        };

        double[] Within(IEnumerable<double> times) =>
            [.. times.Where(time => time >= start && time < start + Length).Select(time => time - start)];
    }

    private static float[] Facts(WindowRecord record)
    {
        var facts = new float[Frames * FrameFacts.Count];
        NoteTargets.Fill(record, 0, 0.04, facts);
        return facts;
    }

    [Fact]
    public void Windows_tell_together_what_the_piece_tells()
    {
        var score = PieceScore.Of([.. Enumerable.Range(0, Windows).Select(Cut)])!;
        Assert.Equal(Windows * Length, score.Length, 1e-9);
        Assert.Equal(Piece.Notes.Count, score.Notes.Count);
        foreach (var (expected, note) in Piece.Notes.OrderBy(n => n.Start).Zip(score.Notes.OrderBy(n => n.Start)))
        {
            Assert.Equal((expected.Pitch, expected.Program), (note.Pitch, note.Program));
            Assert.Equal(expected.Start, note.Start, 1e-9);
            Assert.Equal(expected.Length, note.Length, 1e-9);
        }
        var (whole, together) = (Facts(Piece), Facts(score));
        for (int i = 0; i < whole.Length; i++)
            Assert.Equal(whole[i], together[i], 1e-5f);
    }

    [Fact]
    public void A_score_with_a_gap_or_an_estimate_or_no_note_is_not_known()
    {
        Assert.Null(PieceScore.Of([Cut(0), Cut(2)]));
        Assert.Null(PieceScore.Of([Cut(1), Cut(2)]));
        Assert.Null(PieceScore.Of([Cut(0), Cut(1) with { Estimated = true }]));
        Assert.Null(PieceScore.Of([Cut(0) with { Notes = [] }]));
        Assert.Null(PieceScore.Of([]));
        // a window without a note among others is a rest
        Assert.Equal(2 * Length, PieceScore.Of([Cut(0), Cut(1) with { Notes = [] }])!.Length);
    }
}
