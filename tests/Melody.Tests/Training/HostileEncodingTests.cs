using System.Security.Cryptography;
using Melody.Corpus.Records;
using Melody.Diffusion;
using Melody.Models;
using Melody.Presets;
using Melody.Training.Data;
using Melody.Training.Encoded;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Tests.Training;

/// <summary>An encoded corpus whose hashes are right and whose content is not, and one that is cut while it is read.</summary>
public sealed class HostileEncodingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private void Rewrite(Action<Dictionary<string, Tensor>> change)
    {
        using var scope = NewDisposeScope();
        var shard = new EncodedShard(_folder.Path, 0);
        Dictionary<string, Tensor> tensors;
        Dictionary<string, string> metadata;
        using (var reader = SafetensorsReader.Open(shard.Data))
        {
            tensors = reader.Entries.Keys.ToDictionary(name => name, name => reader.Read(name).clone());
            metadata = reader.Metadata.ToDictionary();
        }
        change(tensors);
        SafetensorsWriter.Write(shard.Data, tensors, metadata);
        File.WriteAllText(shard.Hash, $"{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(shard.Data)))}  x\n");
    }

    private void AssertRefused()
    {
        var message = Assert.Throws<MelodyException>(() => EncodedCorpus.Open(_folder.Path, EncodedFixture.Parts).Dispose()).Message;
        Assert.DoesNotContain('\n', message);
        Assert.EndsWith(".", message, StringComparison.Ordinal);
    }

    // piece: first frame, frames, first token, tokens, split; window: piece, token, tempo, key, metre, first text, texts
    [Theory]
    [InlineData("pieces", 0, -5L)]
    [InlineData("pieces", 0, 4_000_000_000L)]
    [InlineData("pieces", 1, 100_000L)]
    [InlineData("pieces", 1, -1L)]
    [InlineData("pieces", 2, 20_000L)]
    [InlineData("pieces", 3, 20_000L)]
    [InlineData("pieces", 4, 3L)]
    [InlineData("pieces", 4, -1L)]
    [InlineData("windows", 0, 3L)]
    [InlineData("windows", 1, 300L)]
    [InlineData("windows", 1, -1L)]
    [InlineData("windows", 2, 91L)]
    [InlineData("windows", 3, 24L)]
    [InlineData("windows", 4, 8L)]
    [InlineData("windows", 5, 9L)]
    [InlineData("windows", 6, -1L)]
    public void A_number_out_of_range_is_refused(string name, int column, long value)
    {
        EncodedFixture.Write(_folder.Path, shards: 1);
        EncodedCorpus.Open(_folder.Path, EncodedFixture.Parts).Dispose();
        Rewrite(tensors => tensors[name][1, column] = value);
        AssertRefused();
    }

    [Theory]
    [InlineData("tokens", 1024)]
    [InlineData("tokens", -1)]
    [InlineData("audio_prefix", 1024)]
    [InlineData("text_prefix", -7)]
    public void A_token_out_of_range_is_refused(string name, int value)
    {
        EncodedFixture.Write(_folder.Path, shards: 1);
        Rewrite(tensors => tensors[name].view(-1)[3] = value);
        AssertRefused();
    }

    [Theory]
    [InlineData("pieces")]
    [InlineData("windows")]
    [InlineData("tokens")]
    [InlineData("latents")]
    [InlineData("audio_prefix")]
    public void A_tensor_of_another_type_or_shape_or_none_is_refused(string name)
    {
        EncodedFixture.Write(_folder.Path, shards: 1);
        Rewrite(tensors => tensors[name] = tensors[name].to_type(ScalarType.Float64));
        AssertRefused();
        EncodedFixture.Write(_folder.Path, shards: 1);
        Rewrite(tensors => tensors[name] = tensors[name].narrow(0, 0, 2).contiguous());
        AssertRefused();
        EncodedFixture.Write(_folder.Path, shards: 1);
        Rewrite(tensors => tensors.Remove(name));
        AssertRefused();
    }

    [Theory]
    [InlineData("\"latentHop\": 480", "\"latentHop\": 0")]
    [InlineData("\"tokenHop\": 960", "\"tokenHop\": 0")]
    [InlineData("\"tokenHop\": 960", "\"tokenHop\": 1000")]
    [InlineData("\"latentChannels\": 32", "\"latentChannels\": -1")]
    [InlineData("\"latentChannels\": 32", "\"latentChannels\": 16777217")]
    [InlineData("\"prefixLevels\": 12", "\"prefixLevels\": -3")]
    [InlineData("\"prefixLevels\": 12", "\"prefixLevels\": 0")]
    [InlineData("\"semanticCodes\": 1024", "\"semanticCodes\": 100000")]
    [InlineData("\"sampleRate\": 24000", "\"sampleRate\": 0")]
    [InlineData("\"shards\": [", "\"shards\": [null,")]
    [InlineData("\"source 0\"", "null")]
    [InlineData("\"source 0\"", "\"\\ud800\"")]
    public void A_damaged_plan_is_refused(string old, string changed)
    {
        EncodedFixture.Write(_folder.Path, shards: 1);
        var path = _folder[EncodedPlan.FileName];
        var text = File.ReadAllText(path);
        Assert.Contains(old, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(old, changed, StringComparison.Ordinal));
        AssertRefused();
    }

    [Fact]
    public void A_shard_that_is_cut_while_it_is_read_is_an_error()
    {
        EncodedFixture.Write(_folder.Path, shards: 1);
        using var corpus = EncodedCorpus.Open(_folder.Path, EncodedFixture.Parts);
        var latents = new float[EncodedFixture.Channels];
        corpus.ReadLatents(corpus.PiecesOf(DatasetSplit.Train)[0], 0, latents);
        using (var file = new FileStream(new EncodedShard(_folder.Path, 0).Data, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            file.SetLength(1000);
        Assert.Contains(
            "became shorter",
            Assert.Throws<MelodyException>(() => corpus.ReadLatents(corpus.PiecesOf(DatasetSplit.Train)[1], 0, latents)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Music_shorter_than_the_denoisers_window_plays_again()
    {
        EncodedFixture.Write(_folder.Path, shards: 1);
        using var corpus = EncodedCorpus.Open(_folder.Path, EncodedFixture.Parts);
        var config = Parts.Denoiser.Config("test") with { Frames = 2 * EncodedFixture.Tokens + 200, PromptWidth = 0 };
        int tokens = config.Frames / 2;
        var batch = new LatentWindows(corpus, DatasetSplit.Train, config, batch: 4, seed: 3).Create(0);
        for (int b = 0; b < 4; b++)
        {
            // 5 has an inverse modulo 1024: a token tells its place
            var (piece, start) = Enumerable
                .Range(0, 2)
                .SelectMany(p => Enumerable.Range(0, EncodedFixture.Tokens).Select(t => (p, t)))
                .First(place =>
                    EncodedFixture.Token(0, place.p, place.t) == batch.Tokens[b * tokens]
                    && EncodedFixture.Latent(0, place.p, 2 * place.t, 0) == batch.Latents[b * config.Frames * 32]
                );
            for (int t = 0; t < tokens; t++)
                Assert.Equal(EncodedFixture.Token(0, piece, (start + t) % EncodedFixture.Tokens), batch.Tokens[b * tokens + t]);
            for (int f = 0; f < config.Frames; f++)
                Assert.Equal(
                    EncodedFixture.Latent(0, piece, (2 * start + f) % (2 * EncodedFixture.Tokens), 5),
                    batch.Latents[(b * config.Frames + f) * 32 + 5]
                );
        }
    }

    public void Dispose() => _folder.Dispose();
}
