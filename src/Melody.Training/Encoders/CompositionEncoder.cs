using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Melody.Corpus.Records;
using Melody.Corpus.Storage;
using Melody.Foundation;
using Melody.Training.Data;
using Melody.Training.Encoded;

namespace Melody.Training.Encoders;

/// <summary>
/// Composes a corpus and encodes each shard as soon as it is made, without keeping its sound: a hundred hours of 48 kHz stereo are 70 GB
/// as FLAC, their latents and tokens 4 GB. What is encoded is what <see cref="CorpusEncoder"/> makes of the same corpus on a disk.
/// </summary>
/// <param name="plan">Of the corpus, at the model's sample rate.</param>
/// <param name="openSource">Gives each thread that composes its own source.</param>
/// <param name="model">The parts.</param>
/// <param name="folder">Where the encoded corpus goes.</param>
/// <param name="share">Which part of the shards, from 1, and of how many parts: processes can share the work.</param>
/// <param name="jobs">Shards composed at once, while another is encoded.</param>
internal sealed class CompositionEncoder(
    CorpusPlan plan,
    Func<IPieceSource> openSource,
    EncodingModel model,
    string folder,
    (int Part, int Parts)? share = null,
    int jobs = 1
)
{
    /// <summary>The file beside the encoded shards that says what they were composed from, with fonts and licences.</summary>
    public const string CompositionName = "composition.json";

    /// <summary>Composes and encodes shards 0 .. <paramref name="shards"/> - 1, as far as they are not encoded yet.</summary>
    /// <exception cref="MelodyException">The folder holds another corpus, or another model encoded what is there.</exception>
    public EncodingProgress Run(int shards, IProgress<EncodingProgress>? progress = null, CancellationToken cancellation = default)
    {
        if (shards < 1)
            throw new MelodyException("A corpus has at least one shard; ask for more minutes.");
        plan.Validate();
        if (plan.SampleRate != model.SampleRate)
            throw new MelodyException(
                $"The corpus would have {plan.SampleRate} samples a second and the model has {model.SampleRate}; leave --rate out."
            );
        var composition = JsonSerializer.Serialize(plan, CorpusJson.Options);
        var encoded = model.Plan([
            .. Enumerable.Range(0, shards).Select(index => new EncodedSource(index, SourceHash(composition, index))),
        ]);
        Claim(encoded, composition);
        var encoder = new ShardEncoder(model);
        var (part, parts) = share ?? (1, 1);
        var mine = encoded.Shards.Where(source => source.Index % parts == part - 1).ToList();
        var missing = mine.FindAll(source => !new EncodedShard(folder, source.Index).IsMadeFrom(source));
        int done = mine.Count - missing.Count;
        var state = new EncodingProgress(done, mine.Count, 0, (double)done / mine.Count);
        progress?.Report(state);
        new PassingShards(folder, plan, shards, openSource, jobs).ForEach(
            [.. missing.Select(source => source.Index)],
            (index, corpus) =>
            {
                var before = state;
                var content = encoder.Encode(corpus, corpus.Pieces, corpus.Windows(), null, Told, cancellation);
                new EncodedShard(folder, index).Write(content, encoded, encoded.Shards[index].Sha256);
                state = state with { ShardsDone = before.ShardsDone + 1, Fraction = (before.ShardsDone + 1.0) / mine.Count };
                progress?.Report(state);

                void Told(double seconds, double part)
                {
                    state = before with { Seconds = before.Seconds + seconds, Fraction = (before.ShardsDone + part) / mine.Count };
                    progress?.Report(state);
                }
            },
            cancellation
        );
        return state;
    }

    private void Claim(EncodedPlan encoded, string composition)
    {
        var path = Path.Combine(folder, CompositionName);
        bool begun = File.Exists(Path.Combine(folder, EncodedPlan.FileName));
        if (begun && (!File.Exists(path) || File.ReadAllText(path) != composition))
            throw new MelodyException(
                $"'{folder}' holds an encoded corpus that was made with another seed, other settings, other sound fonts, or with or "
                    + $"without sound; give another folder, or delete it."
            );
        FolderContent.RequireFree(folder, EncodedPlan.FileName);
        AtomicFile.Translate(folder, () => Directory.CreateDirectory(folder));
        if (!begun)
            AtomicFile.WriteText(path, composition);
        encoded.Claim(folder);
    }

    // a shard follows from the plan and its number
    private static string SourceHash(string composition, int index) =>
        Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{composition}\n{index}")))
        );
}
