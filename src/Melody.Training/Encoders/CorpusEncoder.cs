using System.Security.Cryptography;
using Melody.Corpus.Storage;
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
        var encoder = new ShardEncoder(model);
        var windows = corpus.Windows().ToLookup(window => window.Shard);
        var (part, parts) = share ?? (1, 1);
        var mine = shards.Zip(plan.Shards).Where(shard => shard.Second.Index % parts == part - 1).ToList();
        var state = new EncodingProgress(0, mine.Count, 0, 0);
        foreach (var (shard, source) in mine)
        {
            var files = new EncodedShard(folder, source.Index);
            if (!files.IsMadeFrom(source))
            {
                var before = state;
                var content = encoder.Encode(corpus, [.. shard], windows[shard.Key], known?.Find(source), Told, cancellation);
                files.Write(content, plan, source.Sha256);

                void Told(double seconds, double share)
                {
                    state = before with { Seconds = before.Seconds + seconds, Fraction = (before.ShardsDone + share) / mine.Count };
                    progress?.Report(state);
                }
            }
            state = state with { ShardsDone = state.ShardsDone + 1, Fraction = (state.ShardsDone + 1.0) / mine.Count };
            progress?.Report(state);
        }
        return state;
    }

    private string SourceHash(CorpusReader corpus, int shard) =>
        Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(new ShardFiles(corpusFolder, shard, corpus.Plan.AudioFormat).Hashes)));
}
