using System.Text;
using Melody.Audio;
using Melody.Corpus.Description;
using Melody.Corpus.Rendering;
using Melody.IO;

namespace Melody.Corpus.Storage;

/// <summary>Fills one shard with the pieces of a source.</summary>
internal static class ShardWriter
{
    /// <summary>Pieces that fail in a row before the shard is given up.</summary>
    private const int MaximumFailures = 25;

    /// <summary>Makes the shard; afterwards it is complete, or nothing of it is there under its final names but files that the next run replaces.</summary>
    /// <exception cref="MelodyException">The disk is full, or no piece can be made at all.</exception>
    public static ShardHeader Write(ShardFiles files, CorpusPlan plan, IPieceSource source, CancellationToken cancellation)
    {
        files.RemoveLeftovers();
        var lines = new List<ShardLine>();
        var skipped = new List<string>();
        var frames = 0L;
        var failures = 0;
        using (var audio = new AudioFileWriter(files.Audio, plan.SampleRate, plan.Channels, new AudioWriteOptions { BitDepth = 16 }))
        {
            for (var number = 0; ; number++)
            {
                cancellation.ThrowIfCancellationRequested();
                FinishedPiece? piece;
                try
                {
                    piece = source.Make(files.Index, number);
                    failures = 0;
                }
                catch (MelodyException e)
                {
                    skipped.Add(e.Message);
                    if (++failures == MaximumFailures) throw new MelodyException($"{MaximumFailures} pieces in a row cannot be made; the last one: {e.Message}", e);
                    continue;
                }
                if (piece is null) break;
                frames += Append(audio, lines, piece, plan, frames);
            }
            if (frames == 0) throw new MelodyException(skipped.Count > 0 ? $"No piece of shard {files.Index} can be made; the first one: {skipped[0]}" : $"Shard {files.Index} has no pieces.");
            audio.Commit();
        }
        var header = new ShardHeader(files.Index, plan.SampleRate, plan.Channels, frames,
            lines.Count(line => line.Piece is not null), lines.Count(line => line.Window is not null), skipped);
        var text = new StringBuilder();
        foreach (var line in lines.Prepend(new ShardLine { Shard = header })) text.Append(CorpusJson.Line(line)).Append('\n');
        AtomicFile.WriteText(files.Records, text.ToString());
        files.Finish();
        return header;
    }

    // A window may reach past the end of a short piece: silence fills it up.
    private static long Append(AudioFileWriter audio, List<ShardLine> lines, FinishedPiece piece, CorpusPlan plan, long firstFrame)
    {
        if (piece.Audio.SampleRate != plan.SampleRate || piece.Audio.Channels.Length != plan.Channels)
            throw new InvalidOperationException($"Piece {piece.Record.Id} has another rate or number of channels than the corpus.");
        var windows = piece.Windows.Select(window => new StoredWindow(
            firstFrame + (long)Math.Round(window.Start * plan.SampleRate), (int)Math.Round(window.Length * plan.SampleRate), window)).ToList();
        var frames = windows.Select(window => window.FirstFrame + window.Frames - firstFrame).Append(piece.Audio.Length).Max();
        audio.Write(Interleave(piece.Audio, (int)frames));
        lines.Add(new ShardLine { Piece = new StoredPiece(firstFrame, frames, piece.SoundFont, piece.Production, piece.Record) });
        lines.AddRange(windows.Select(window => new ShardLine { Window = window }));
        return frames;
    }

    private static float[] Interleave(Waveform waveform, int frames)
    {
        var count = waveform.Channels.Length;
        var samples = new float[frames * count];
        for (var c = 0; c < count; c++)
            for (var n = 0; n < waveform.Length; n++) samples[n * count + c] = waveform.Channels[c][n];
        return samples;
    }
}
