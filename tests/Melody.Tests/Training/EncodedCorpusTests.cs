using Melody.Corpus.Records;
using Melody.Diffusion;
using Melody.LanguageModel;
using Melody.Models;
using Melody.Music;
using Melody.Presets;
using Melody.SemanticTokens;
using Melody.Training.Data;
using Melody.Training.Encoded;

namespace Melody.Tests.Training;

public sealed class EncodedCorpusTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private EncodedCorpus Open() => EncodedCorpus.Open(_folder.Path, EncodedFixture.Parts);

    private void AssertRefused(string part, IReadOnlyDictionary<string, string>? parts = null)
    {
        var message = Assert
            .Throws<MelodyException>(() => EncodedCorpus.Open(_folder.Path, parts ?? EncodedFixture.Parts).Dispose())
            .Message;
        Assert.Contains(part, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void Frames_of_several_codebooks_are_read_back_whole()
    {
        var plan = EncodedFixture.Plan(1) with { Codebooks = [7, 1000] };
        plan.Claim(_folder["several"]);
        var content = new EncodedShardContent();
        for (int piece = 0; piece < 2; piece++)
        {
            content.Pieces.Add(new(20 * piece, 20, 10 * piece, 10, DatasetSplit.Train));
            for (int frame = 0; frame < 10; frame++)
                content.Tokens.AddRange([(short)((frame + piece) % 7), (short)(100 * frame + piece)]);
            content.Latents.AddRange(new float[20 * EncodedFixture.Channels]);
        }
        new EncodedShard(_folder["several"], 0).Write(content, plan, "source 0");
        using var corpus = EncodedCorpus.Open(_folder["several"], EncodedFixture.Parts);
        Assert.Equal([7, 1000], corpus.Plan.Codebooks);
        var tokens = new long[6];
        corpus.ReadTokens(corpus.PiecesOf(DatasetSplit.Train)[1], 4, tokens);
        Assert.Equal([5, 401, 6, 501, 0, 601], tokens);
        content.Tokens[^2] = 7;
        new EncodedShard(_folder["several"], 0).Write(content, plan, "source 0");
        Assert.Contains(
            "outside 0 to 6",
            Assert.Throws<MelodyException>(() => EncodedCorpus.Open(_folder["several"], EncodedFixture.Parts)).Message
        );
    }

    [Fact]
    public void What_was_written_is_read()
    {
        EncodedFixture.Write(_folder.Path);
        using var corpus = Open();
        Assert.Equal((4, 2), (corpus.PiecesOf(DatasetSplit.Train).Count, corpus.PiecesOf(DatasetSplit.Validation).Count));
        var piece = corpus.PiecesOf(DatasetSplit.Train)[3];
        Assert.Equal(new EncodedCorpus.PieceId(1, 1), piece);
        var latents = new float[5 * EncodedFixture.Channels];
        corpus.ReadLatents(piece, 123, latents);
        for (int i = 0; i < latents.Length; i++)
            Assert.Equal(EncodedFixture.Latent(1, 1, 123 + i / EncodedFixture.Channels, i % EncodedFixture.Channels), latents[i]);
        var tokens = new long[4];
        corpus.ReadTokens(piece, 7, tokens);
        Assert.Equal([.. Enumerable.Range(7, 4).Select(t => (long)EncodedFixture.Token(1, 1, t))], tokens);
        var window = corpus.WindowsOf(DatasetSplit.Validation)[1];
        Assert.Equal(new EncodedCorpus.PieceId(1, 2), corpus.PieceOf(window));
        Assert.Equal((47, 9, 2), (corpus.Window(window).Tempo, corpus.Window(window).Key, corpus.Window(window).Metre));
        Assert.Equal([.. Enumerable.Range(0, 12).Select(level => 90L * level + 2)], corpus.AudioPrefix(window));
        Assert.Equal([.. Enumerable.Range(0, 12).Select(level => 50L * level + 7)], corpus.TextPrefix(window, 1));
    }

    [Fact]
    public void Several_corpora_are_read_as_one()
    {
        EncodedFixture.Write(_folder["a"], shards: 1);
        EncodedFixture.Write(_folder["b"], shards: 2);
        using var corpus = EncodedCorpus.Open([_folder["a"], _folder["b"]], EncodedFixture.Parts);
        Assert.Equal(
            (6, 3, 6),
            (
                corpus.PiecesOf(DatasetSplit.Train).Count,
                corpus.PiecesOf(DatasetSplit.Validation).Count,
                corpus.WindowsOf(DatasetSplit.Train).Count
            )
        );
        // shard 0 of the first, then 0 and 1 of the second
        foreach (var (place, shard) in new[] { (0, 0), (1, 0), (2, 1) })
        {
            var piece = new EncodedCorpus.PieceId(place, 1);
            var tokens = new long[3];
            corpus.ReadTokens(piece, 40, tokens);
            Assert.Equal([.. Enumerable.Range(40, 3).Select(t => (long)EncodedFixture.Token(shard, 1, t))], tokens);
            var latent = new float[1];
            corpus.ReadLatents(piece, 21, latent);
            Assert.Equal(EncodedFixture.Latent(shard, 1, 21, 0), latent[0]);
        }
        (
            EncodedFixture.Plan(1) with
            {
                Parts = new Dictionary<string, string>(EncodedFixture.Parts) { [Parts.Autoencoder.Name] = "b" },
            }
        ).Claim(_folder["c"]);
        Assert.Contains(
            "encoded by another autoencoder",
            Assert.Throws<MelodyException>(() => EncodedCorpus.Open([_folder["a"], _folder["c"]], EncodedFixture.Parts)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Latents_and_tokens_of_a_batch_sound_at_the_same_time()
    {
        EncodedFixture.Write(_folder.Path);
        using var corpus = Open();
        var config = Parts.Denoiser.Config("test");
        var source = new LatentWindows(corpus, DatasetSplit.Train, config, batch: 8, seed: 3);
        int tokens = config.Frames / 2;
        var starts = new HashSet<int>();
        for (int index = 0; index < 40; index++)
        {
            var batch = source.Create(index);
            for (int b = 0; b < 8; b++)
            {
                // the first token tells its place: 5 has an inverse modulo 1024
                var (shard, piece, start) = Enumerable
                    .Range(0, 2)
                    .SelectMany(s =>
                        Enumerable.Range(0, 2).SelectMany(p => Enumerable.Range(0, EncodedFixture.Tokens).Select(t => (s, p, t)))
                    )
                    .First(place =>
                        EncodedFixture.Token(place.s, place.p, place.t) == batch.Tokens[b * tokens]
                        && EncodedFixture.Latent(place.s, place.p, 2 * place.t, 0) == batch.Latents[b * config.Frames * 32]
                        && EncodedFixture.Latent(place.s, place.p, 2 * place.t + 1, 0) == batch.Latents[(b * config.Frames + 1) * 32]
                    );
                starts.Add(start);
                for (int t = 0; t < tokens; t++)
                    Assert.Equal(EncodedFixture.Token(shard, piece, start + t), batch.Tokens[b * tokens + t]);
                for (int f = 0; f < config.Frames; f++)
                    Assert.Equal(EncodedFixture.Latent(shard, piece, 2 * start + f, 5), batch.Latents[(b * config.Frames + f) * 32 + 5]);
            }
        }
        // every beginning from the first to the last possible one is likely
        Assert.InRange(starts.Min(), 0, 15);
        Assert.InRange(starts.Max(), EncodedFixture.Tokens - tokens - 15, EncodedFixture.Tokens - tokens);
        Assert.Equal(source.Create(7).Tokens, source.Create(7).Tokens);
    }

    [Fact]
    public void Prompts_are_those_of_the_piece_and_mixed_in_their_shares()
    {
        EncodedFixture.Write(_folder.Path);
        using var corpus = Open();
        var config = Parts.Denoiser.Config("test");
        int tokens = config.Frames / 2,
            examples = 0;
        var counts = new Dictionary<string, int>();
        var source = new LatentWindows(corpus, DatasetSplit.Train, config, batch: 8, seed: 3, new(Text: 0.75, Dropped: 0.2));
        for (int index = 0; index < 250; index++)
        {
            var batch = source.Create(index);
            for (int b = 0; b < 8; b++, examples++)
            {
                long[] prefix = batch.Prefixes[(b * 12)..((b + 1) * 12)];
                // token and latent of the first frame tell the piece, of which 0 and 1 are there to learn from
                int piece = Enumerable
                    .Range(0, 2)
                    .Single(p =>
                        Enumerable
                            .Range(0, 2)
                            .Any(s =>
                                Enumerable
                                    .Range(0, EncodedFixture.Tokens)
                                    .Any(t =>
                                        EncodedFixture.Token(s, p, t) == batch.Tokens[b * tokens]
                                        && EncodedFixture.Latent(s, p, 2 * t, 0) == batch.Latents[b * config.Frames * 32]
                                    )
                            )
                    );
                string kind =
                    prefix.All(code => code == -1) ? "none"
                    : prefix.Select((code, level) => code - 90L * level).All(rest => rest == piece) ? "audio"
                    : "text";
                if (kind == "text")
                    Assert.Contains(Enumerable.Range(0, 3), text =>
                        prefix.Select((code, level) => code - 50L * level).All(rest => rest == 3 * piece + text)
                    );
                counts[kind] = counts.GetValueOrDefault(kind) + 1;
            }
        }
        // three standard deviations of 2000 draws are less than 0.04
        Assert.Equal(0.2, (double)counts["none"] / examples, 0.04);
        Assert.Equal(0.6, (double)counts["text"] / examples, 0.04);
        Assert.Equal(0.2, (double)counts["audio"] / examples, 0.04);
        Assert.Empty(new LatentWindows(corpus, DatasetSplit.Train, config with { PromptWidth = 0 }, 2, 1).Create(0).Prefixes);
    }

    [Fact]
    public void Conditions_are_mixed_in_their_shares()
    {
        EncodedFixture.Write(_folder.Path);
        using var corpus = Open();
        var config = Parts.SemanticLanguageModel.Config("test");
        var vocabulary = new SemanticVocabulary(config);
        var source = new SemanticWindows(
            corpus,
            DatasetSplit.Train,
            config,
            new()
            {
                None = 0.2,
                Text = 0.5,
                ControlDropped = 0.25,
            },
            jitter: 20,
            batch: 50,
            seed: 1
        );
        int none = 0,
            text = 0,
            audio = 0,
            key = 0,
            metre = 0;
        for (int index = 0; index < 40; index++)
        {
            var batch = source.Create(index);
            for (int b = 0; b < 50; b++)
            {
                var ids = batch.Conditions.AsSpan(b * vocabulary.ConditionCount, vocabulary.ConditionCount);
                Assert.Equal(vocabulary.Bos, ids[^1]);
                if (ids[0] == vocabulary.Pad)
                {
                    none++;
                    Assert.Equal([vocabulary.TempoNull, vocabulary.KeyNull, vocabulary.MetreNull], ids[12..15].ToArray());
                    continue;
                }
                // level 1 tells the tower: 90 or 91 from audio, 50 to 55 from text
                if (ids[1] - 1024 >= 90)
                    audio++;
                else
                    text++;
                if (ids[13] == vocabulary.KeyNull + 1 + 9)
                    key++;
                else
                    Assert.Equal(vocabulary.KeyNull, ids[13]);
                if (ids[14] == vocabulary.MetreNull + 1 + 2)
                    metre++;
                else
                    Assert.Equal(vocabulary.MetreNull, ids[14]);
            }
            Assert.All(batch.Known, Assert.True);
        }
        Assert.InRange(none, 340, 460);
        Assert.InRange(text / (double)(text + audio), 0.45, 0.55);
        Assert.InRange(key / (double)(text + audio), 0.70, 0.80);
        Assert.InRange(metre / (double)(text + audio), 0.32, 0.43); // half of the windows have none
    }

    [Fact]
    public void Music_that_ends_early_is_filled_up_and_marked()
    {
        EncodedFixture.Write(_folder.Path);
        using var corpus = Open();
        var config = Parts.SemanticLanguageModel.Config("test") with { Window = EncodedFixture.Tokens + 40 };
        var batch = new SemanticWindows(corpus, DatasetSplit.Train, config, new(), jitter: 0, batch: 1, seed: 1).Create(0);
        Assert.Equal(EncodedFixture.Tokens, batch.Known.Count(known => known));
        Assert.All(batch.Known[..EncodedFixture.Tokens], Assert.True);
    }

    [Fact]
    public void Bad_corpora_are_refused_with_one_sentence()
    {
        AssertRefused("holds no encoded corpus");
        File.WriteAllText(_folder["corpus.json"], "{}");
        AssertRefused("not encoded yet");
        File.Delete(_folder["corpus.json"]);
        EncodedFixture.Write(_folder.Path, shards: 3, validation: false);
        AssertRefused(
            "encoded by another semantic-tokenizer",
            new Dictionary<string, string>(EncodedFixture.Parts) { [Parts.SemanticTokenizer.Name] = "other" }
        );
        Assert.Contains(
            "encoded by another autoencoder",
            Assert
                .Throws<MelodyException>(() =>
                    (
                        EncodedFixture.Plan(3) with
                        {
                            Parts = new Dictionary<string, string>(EncodedFixture.Parts) { [Parts.Autoencoder.Name] = "b" },
                        }
                    ).Claim(_folder.Path)
                )
                .Message,
            StringComparison.Ordinal
        );

        using (var corpus = Open())
        {
            Assert.Contains(
                "'validation'",
                Assert.Throws<MelodyException>(() => corpus.WindowsOf(DatasetSplit.Validation)).Message,
                StringComparison.Ordinal
            );
            Assert.Contains(
                "'test'",
                Assert.Throws<MelodyException>(() => corpus.PiecesOf(DatasetSplit.Test)).Message,
                StringComparison.Ordinal
            );
            Assert.Contains(
                "s long",
                Assert.Throws<MelodyException>(() => corpus.PiecesOf(DatasetSplit.Train, 301)).Message,
                StringComparison.Ordinal
            );
            var denoiser = Parts.Denoiser.Config("paper");
            Assert.Contains(
                "does not fit this denoiser",
                Assert.Throws<MelodyException>(() => new LatentWindows(corpus, DatasetSplit.Train, denoiser, 1, 1)).Message,
                StringComparison.Ordinal
            );
        }

        var data = _folder["shard-00001.safetensors"];
        var bytes = File.ReadAllBytes(data);
        bytes[^3] ^= 1;
        File.WriteAllBytes(data, bytes);
        AssertRefused("wrong SHA-256");
        File.Delete(data);
        AssertRefused("Shard 1 is missing");
    }

    [Fact]
    public void A_shard_counts_as_made_only_from_the_same_source()
    {
        EncodedFixture.Write(_folder.Path, shards: 1);
        var shard = new EncodedShard(_folder.Path, 0);
        Assert.True(shard.IsMadeFrom(new(0, "source 0")));
        Assert.False(shard.IsMadeFrom(new(0, "another")));
        File.Delete(shard.Hash);
        Assert.False(shard.IsMadeFrom(new(0, "source 0")));
    }

    public void Dispose() => _folder.Dispose();
}
