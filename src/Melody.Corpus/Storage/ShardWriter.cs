using System.Text;
using Melody.Audio;
using Melody.Corpus.Records;
using Melody.Foundation;

namespace Melody.Corpus.Storage;

/// <summary>Fills one shard with the pieces of a source.</summary>
internal static class ShardWriter
{
    /// <summary>
    /// Makes the shard; afterwards it is complete, or nothing of it is there under its final names but files that the
    /// next run replaces. A shard of which no piece can be made is left out: its header counts no pieces.
    /// </summary>
    /// <exception cref="MelodyException">The disk is full, or the folder is forbidden.</exception>
    public static ShardHeader Write(ShardFiles files, CorpusPlan plan, IPieceSource source, CancellationToken cancellation)
    {
        files.RemoveLeftovers();
        var lines = new List<ShardLine>();
        var skipped = new List<string>();
        long frames = 0L;
        int softened = 0;
        using (var audio = new AudioFileWriter(files.Audio, plan.SampleRate, plan.Channels, new AudioWriteOptions { BitDepth = 16 }))
        {
            for (int number = 0; ; number++)
            {
                cancellation.ThrowIfCancellationRequested();
                FinishedPiece? piece;
                try
                {
                    piece = source.Make(files.Index, number, cancellation);
                }
                catch (MelodyException e)
                {
                    skipped.Add(e.Message);
                    continue;
                }
                if (piece is null)
                    break;
                frames += Append(audio, lines, piece, plan, frames);
                softened += piece.Softened ? 1 : 0;
            }
            if (frames == 0)
                return new ShardHeader(files.Index, plan.SampleRate, plan.Channels, 0, 0, 0, skipped);
            audio.Commit();
        }
        var header = new ShardHeader(
            files.Index,
            plan.SampleRate,
            plan.Channels,
            frames,
            lines.Count(line => line.Piece is not null),
            lines.Count(line => line.Window is not null),
            skipped,
            softened > 0 ? softened : null
        );
        var text = new StringBuilder();
        foreach (var line in lines.Prepend(new ShardLine { Shard = header }))
            text.Append(CorpusJson.Line(line)).Append('\n');
        AtomicFile.WriteText(files.Records, text.ToString());
        files.Finish();
        return header;
    }

    // a window may reach past the end of a short piece: silence fills it up
    private static long Append(AudioFileWriter audio, List<ShardLine> lines, FinishedPiece piece, CorpusPlan plan, long firstFrame)
    {
        if (piece.Audio is { } sound && (sound.SampleRate != plan.SampleRate || sound.Channels.Length != plan.Channels))
            throw new InvalidOperationException($"Piece {piece.Record.Id} has another rate or number of channels than the corpus.");
        var windows = piece
            .Windows.Select(window => new StoredWindow(
                firstFrame + (long)Math.Round(window.Start * plan.SampleRate),
                (int)Math.Round(window.Length * plan.SampleRate),
                window
            ))
            .ToList();
        long frames = windows.Select(window => window.FirstFrame + window.Frames - firstFrame).Append(piece.Audio?.Length ?? 0).Max();
        if (piece.Audio is not null)
            audio.Write(piece.Audio.Interleave((int)frames));
        lines.Add(new ShardLine { Piece = new StoredPiece(firstFrame, frames, piece.SoundFont, piece.Production, piece.Record) });
        lines.AddRange(windows.Select(window => new ShardLine { Window = window }));
        return frames;
    }
}
