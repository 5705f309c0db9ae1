using System.Collections.Concurrent;
using Melody.Endless;

namespace Melody.Tests.Endless;

/// <summary>Music whose every sample is known: a function of the prompt's words and of the position.</summary>
/// <param name="sampleRate">Hz.</param>
/// <param name="bpm">Beats a minute of all music.</param>
/// <param name="beats">Beats in a bar.</param>
internal sealed class FakeMaker(int sampleRate, double bpm = 120, int beats = 4) : IMusicMaker
{
    private int _made,
        _opened,
        _disposed;

    /// <summary>What sounds at a position.</summary>
    public required Func<string, long, float> Sound { get; init; }

    /// <summary>Samples that a piece gives at a time.</summary>
    public int Chunk { get; init; } = 5000;

    /// <summary>Chunks in a piece.</summary>
    public int Chunks { get; init; } = 1000;

    /// <summary>Samples that a piece gives before its beginning.</summary>
    public int Lead { get; init; } = 1000;

    /// <summary>Passed before a piece is opened.</summary>
    public Func<string, CancellationToken, Task> BeforeOpen { get; init; } = (_, _) => Task.CompletedTask;

    /// <summary>Passed before a chunk is made.</summary>
    public Func<string, CancellationToken, Task> BeforeChunk { get; init; } = (_, _) => Task.CompletedTask;

    /// <summary>Where pieces began, with their prompts.</summary>
    public ConcurrentQueue<(string Prompt, long Position)> Begun { get; } = [];

    /// <summary>Prompts of pieces that are, or were, opened.</summary>
    public ConcurrentQueue<string> Opening { get; } = [];

    /// <summary>Chunks so far.</summary>
    public int Made => Volatile.Read(ref _made);

    /// <summary>Pieces that are not disposed of.</summary>
    public int Live => Volatile.Read(ref _opened) - Volatile.Read(ref _disposed);

    public int SampleRate => sampleRate;

    public async Task<IMusicPiece> OpenAsync(EndlessRequest request, IMusicPiece? after, long position, CancellationToken cancellation)
    {
        string words = request.Prompt.Text!;
        Opening.Enqueue(words);
        await BeforeOpen(words, cancellation);
        Begun.Enqueue((words, position));
        Interlocked.Increment(ref _opened);
        var before = (Piece?)after;
        Assert.False(before?.IsDisposed ?? false);
        return new Piece(this, words, before is null ? position : position - Lead)
        {
            Grid = before?.Words == words ? before.Grid : MusicGrid.Of(position, bpm, beats, sampleRate),
        };
    }

    public void Save(IMusicPiece piece, long position, BinaryWriter writer)
    {
        writer.Write(((Piece)piece).Words);
        writer.Write(piece.Grid.Origin);
    }

    public (IMusicPiece Piece, EndlessRequest Request) Load(BinaryReader reader)
    {
        string words = reader.ReadString();
        Interlocked.Increment(ref _opened);
        var piece = new Piece(this, words, 0) { Grid = MusicGrid.Of(reader.ReadDouble(), bpm, beats, sampleRate) };
        return (piece, new(words, new(), false));
    }

    private sealed class Piece(FakeMaker maker, string words, long start) : IMusicPiece
    {
        private long _position = start;
        private int _given;

        public string Words => words;

        public bool IsDisposed { get; private set; }

        public long Start { get; } = start;

        public required MusicGrid Grid { get; init; }

        public async Task<float[]?> NextAsync(CancellationToken cancellation)
        {
            await maker.BeforeChunk(words, cancellation);
            if (_given++ == maker.Chunks)
                return null;
            Interlocked.Increment(ref maker._made);
            var samples = new float[maker.Chunk];
            for (int i = 0; i < samples.Length; i++)
                samples[i] = maker.Sound(words, _position++);
            return samples;
        }

        public void Dispose()
        {
            Assert.False(IsDisposed);
            IsDisposed = true;
            Interlocked.Increment(ref maker._disposed);
        }
    }
}
