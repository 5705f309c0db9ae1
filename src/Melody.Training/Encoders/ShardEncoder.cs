using Melody.Audio;
using Melody.Corpus.Records;
using Melody.Corpus.Storage;
using Melody.LanguageModel;
using Melody.Music;
using Melody.Runtime;
using Melody.Training.Data;
using Melody.Training.Encoded;

namespace Melody.Training.Encoders;

/// <summary>Runs the three parts over the pieces of a shard; the memory is that of one piece and the shard's tokens.</summary>
/// <param name="model">The parts.</param>
internal sealed class ShardEncoder(EncodingModel model)
{
    private const int WindowsAtOnce = 16,
        TextsAtOnce = 64;

    /// <summary>What the parts make of a shard.</summary>
    /// <param name="corpus">Where the shard lies.</param>
    /// <param name="pieces">All of the shard, in order.</param>
    /// <param name="windows">All of the shard.</param>
    /// <param name="known">What an earlier run made of the shard; null for nothing.</param>
    /// <param name="told">Called after each piece with the seconds of sound encoded so far, and their share of the shard.</param>
    /// <param name="cancellation">Looked at before each piece.</param>
    public EncodedShardContent Encode(
        CorpusReader corpus,
        IReadOnlyList<CorpusPiece> pieces,
        IEnumerable<CorpusWindow> windows,
        EarlierShard? known,
        Action<double, double>? told,
        CancellationToken cancellation
    )
    {
        var content = new EncodedShardContent();
        double seconds = 0;
        for (int i = 0; i < pieces.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var piece = pieces[i];
            var within = windows.Where(w => w.FirstFrame >= piece.FirstFrame && w.FirstFrame < piece.FirstFrame + piece.Frames).ToList();
            Add(corpus, piece, known, i, within, content, cancellation);
            seconds += (double)piece.Frames / model.SampleRate;
            told?.Invoke(seconds, (i + 1.0) / pieces.Count);
        }
        content.AudioPrefix.AddRange(known?.AudioPrefix ?? []);
        content.TextPrefix.AddRange(known?.TextPrefix ?? []);
        return content;
    }

    private void Add(
        CorpusReader corpus,
        CorpusPiece piece,
        EarlierShard? known,
        int index,
        List<CorpusWindow> windows,
        EncodedShardContent content,
        CancellationToken cancellation
    )
    {
        var records = windows.ConvertAll(corpus.Describe);
        var score = model.ScoreTokens ? PieceScore.Of(records) : null;
        // behind the last window nothing is known of the score
        if (score is not null)
            piece = piece with { Frames = Math.Min(piece.Frames, (long)Math.Round(score.Length * model.SampleRate)) };
        else if (!model.HasSound)
            return; // nothing tells its tokens
        var audio = model.HasSound ? new float[piece.Frames] : [];
        if (model.HasSound)
            CorpusAudio.ReadMono(corpus, piece, 0, audio);
        var tokens = known?.Tokens?[index]
            ?? (score is null ? model.Tokens(audio, cancellation) : model.Tokens(score, piece.Frames, audio));
        int channels = model.LatentChannels,
            books = model.Codebooks,
            frames = tokens.Length / books;
        var latents = known?.Latents?[index] ?? model.Latents(Heard(corpus, piece, audio), cancellation);
        if (score is not null)
            latents = latents[..Math.Min(latents.Length, frames * model.LatentFramesPerToken * channels)];
        content.Pieces.Add(
            new(content.Latents.Count / channels, latents.Length / channels, content.Tokens.Count / books, frames, piece.Record.Split)
        );
        content.Latents.AddRange(latents);
        content.Tokens.AddRange(tokens);

        var texts = records.ConvertAll(record =>
            record.Tags.Count > 0 ? [.. record.Captions, string.Join(", ", record.Tags)] : record.Captions
        );
        int row = content.Windows is [.., var last] ? last.FirstText + last.Texts : 0;
        for (int i = 0; i < windows.Count; i++)
        {
            int token = (int)
                Math.Clamp(Math.Round((windows[i].FirstFrame - piece.FirstFrame) / (double)model.TokenHop), 0, Math.Max(0, frames - 1));
            content.Windows.Add(
                new(
                    content.Pieces.Count - 1,
                    token,
                    Tempo(records[i]),
                    Key(records[i]),
                    Metre(records[i]),
                    row,
                    model.HasPrefixes ? texts[i].Count : 0
                )
            );
            row += texts[i].Count;
        }
        if (!model.HasPrefixes || known?.AudioPrefix is not null)
            return;
        if (model.HasSound)
            AddAudioPrefix(piece, windows, audio, content, cancellation);
        foreach (var chunk in texts.SelectMany(t => t).Chunk(TextsAtOnce))
            content.TextPrefix.AddRange(model.TextPrefix(chunk));
    }

    private void AddAudioPrefix(
        CorpusPiece piece,
        List<CorpusWindow> windows,
        float[] audio,
        EncodedShardContent content,
        CancellationToken cancellation
    )
    {
        var tower = EncodingModel.Resample(audio, model.SampleRate, model.PrefixRate);
        int AtTower(long frames) => (int)(frames * model.PrefixRate / model.SampleRate);
        var cuts = windows.ConvertAll(w => new ArraySegment<float>(
            tower,
            AtTower(w.FirstFrame - piece.FirstFrame),
            AtTower(Math.Min(w.Frames, piece.FirstFrame + piece.Frames - w.FirstFrame))
        ));
        // windows of one length go through the tower together
        for (int i = 0; i < cuts.Count; )
        {
            cancellation.ThrowIfCancellationRequested();
            int count = 1;
            while (i + count < cuts.Count && count < WindowsAtOnce && cuts[i + count].Count == cuts[i].Count)
                count++;
            content.AudioPrefix.AddRange(model.AudioPrefix(cuts.GetRange(i, count)));
            i += count;
        }
    }

    // what latents are made of: interleaved, in as many channels as the autoencoder has; a mono piece in two equal ones
    private float[] Heard(CorpusReader corpus, CorpusPiece piece, float[] mono)
    {
        if (model.Channels == 1 || !model.HasLatents)
            return mono;
        var heard = new float[mono.Length * model.Channels];
        if (corpus.Plan.Channels == model.Channels)
            corpus.Read(piece, 0, heard);
        else
            StereoMixdown.Mix(mono, 1, heard);
        return heard;
    }

    private static int Tempo(WindowRecord record) =>
        record.Bpm is >= ControlClasses.SlowestBpm and <= ControlClasses.FastestBpm ? ControlClasses.OfTempo(record.Bpm) : -1;

    private static int Key(WindowRecord record) =>
        MusicalKey.TryParse(record.Key, out var key) && key.IsMajorOrMinor ? ControlClasses.OfKey(key) : -1;

    private static int Metre(WindowRecord record)
    {
        if (!Melody.Music.Metre.TryParse(record.TimeSignature, out var metre))
            return -1;
        for (int i = 0; i < ControlClasses.Metres; i++)
            if (ControlClasses.KnownMetres[i] == metre)
                return i;
        return -1;
    }
}
