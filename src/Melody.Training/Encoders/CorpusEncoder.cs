using System.Security.Cryptography;
using Melody.Audio;
using Melody.Corpus.Records;
using Melody.Corpus.Storage;
using Melody.LanguageModel;
using Melody.Music;
using Melody.Runtime;
using Melody.Training.Data;
using Melody.Training.Encoded;

namespace Melody.Training.Encoders;

/// <summary>How far an encoding is: told after each piece.</summary>
/// <param name="ShardsDone">Complete shards.</param>
/// <param name="Shards">All shards.</param>
/// <param name="Seconds">Seconds of audio encoded by this run.</param>
/// <param name="Fraction">Share of the whole that is done, 0 to 1.</param>
internal sealed record EncodingProgress(int ShardsDone, int Shards, double Seconds, double Fraction);

/// <summary>
/// Runs the autoencoder, the semantic tokenizer and the joint embedding once over a corpus, a shard at a time. Complete
/// shards are left alone, so a run that was stopped goes on where it was; the memory is that of one piece and one shard's tokens.
/// </summary>
/// <param name="corpusFolder">The corpus.</param>
/// <param name="model">The parts.</param>
/// <param name="folder">Where the encoded corpus goes.</param>
/// <param name="earlier">An encoding of the same corpus; what the model's own parts made of it is taken over. Null for none.</param>
/// <param name="share">Which part of the shards, from 1, and of how many parts: processes can share the work.</param>
internal sealed class CorpusEncoder(
    string corpusFolder,
    EncodingModel model,
    string folder,
    string? earlier = null,
    (int Part, int Parts)? share = null
)
{
    private const int WindowsAtOnce = 16,
        TextsAtOnce = 64;

    /// <summary>Encodes what is not encoded yet.</summary>
    /// <exception cref="MelodyException">The corpus or the folder cannot be used, or another model encoded what is there.</exception>
    public EncodingProgress Run(IProgress<EncodingProgress>? progress = null, CancellationToken cancellation = default)
    {
        using var corpus = CorpusReader.Open(corpusFolder);
        CorpusAudio.RequireRate(corpus, model.SampleRate);
        var shards = corpus.Pieces.GroupBy(piece => piece.Shard).OrderBy(group => group.Key).ToList();
        var plan = model.Plan([.. shards.Select(shard => new EncodedSource(shard.Key, SourceHash(corpus, shard.Key)))]);
        var known = earlier is null ? null : new EarlierEncoding(earlier, plan);
        plan.Claim(folder);
        var windows = corpus.Windows().ToLookup(window => window.Shard);
        var (part, parts) = share ?? (1, 1);
        var mine = shards.Zip(plan.Shards).Where(shard => shard.Second.Index % parts == part - 1).ToList();
        var state = new EncodingProgress(0, mine.Count, 0, 0);
        foreach (var (shard, source) in mine)
        {
            var files = new EncodedShard(folder, source.Index);
            if (!files.IsMadeFrom(source))
            {
                var content = new EncodedShardContent();
                var pieces = shard.ToList();
                var found = known?.Find(source);
                for (int i = 0; i < pieces.Count; i++)
                {
                    cancellation.ThrowIfCancellationRequested();
                    Encode(
                        corpus,
                        pieces[i],
                        found,
                        i,
                        [
                            .. windows[shard.Key]
                                .Where(w => w.FirstFrame >= pieces[i].FirstFrame && w.FirstFrame < pieces[i].FirstFrame + pieces[i].Frames),
                        ],
                        content,
                        cancellation
                    );
                    state = state with
                    {
                        Seconds = state.Seconds + (double)pieces[i].Frames / model.SampleRate,
                        Fraction = (state.ShardsDone + (i + 1.0) / pieces.Count) / mine.Count,
                    };
                    progress?.Report(state);
                }
                content.AudioPrefix.AddRange(found?.AudioPrefix ?? []);
                content.TextPrefix.AddRange(found?.TextPrefix ?? []);
                files.Write(content, plan, source.Sha256);
            }
            state = state with { ShardsDone = state.ShardsDone + 1, Fraction = (state.ShardsDone + 1.0) / mine.Count };
            progress?.Report(state);
        }
        return state;
    }

    private void Encode(
        CorpusReader corpus,
        CorpusPiece piece,
        EarlierShard? known,
        int index,
        List<CorpusWindow> windows,
        EncodedShardContent content,
        CancellationToken cancellation
    )
    {
        using var pause = FinalizerPause.Begin();
        var audio = new float[piece.Frames];
        CorpusAudio.ReadMono(corpus, piece, 0, audio);
        var latents = known?.Latents?[index] ?? model.Latents(Heard(corpus, piece, audio), cancellation);
        var tokens = known?.Tokens?[index] ?? model.Tokens(audio, cancellation);
        int channels = model.LatentChannels,
            books = model.Codebooks,
            frames = tokens.Length / books;
        content.Pieces.Add(
            new(content.Latents.Count / channels, latents.Length / channels, content.Tokens.Count / books, frames, piece.Record.Split)
        );
        content.Latents.AddRange(latents);
        content.Tokens.AddRange(tokens);

        var records = windows.ConvertAll(corpus.Describe);
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
        foreach (var chunk in texts.SelectMany(t => t).Chunk(TextsAtOnce))
            content.TextPrefix.AddRange(model.TextPrefix(chunk));
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

    private string SourceHash(CorpusReader corpus, int shard) =>
        Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(new ShardFiles(corpusFolder, shard, corpus.Plan.AudioFormat).Hashes)));

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
