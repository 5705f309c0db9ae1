using Melody.Corpus.Records;
using Melody.Models;
using Melody.Music;
using Melody.Training.Encoded;

namespace Melody.Tests.Training;

/// <summary>A small encoded corpus whose every value follows from its place.</summary>
internal static class EncodedFixture
{
    public const int Tokens = 300,
        Channels = 32,
        Levels = 12;

    public static IReadOnlyDictionary<string, string> Parts { get; } =
        new Dictionary<string, string>
        {
            ["autoencoder"] = "a",
            ["joint-embedding"] = "j",
            ["semantic-tokenizer"] = "s",
        };

    public static EncodedPlan Plan(int shards) =>
        new()
        {
            Parts = Parts,
            SampleRate = 24000,
            LatentHop = 480,
            LatentChannels = Channels,
            TokenHop = 960,
            SemanticCodes = 1024,
            PrefixLevels = Levels,
            PrefixCodes = 1024,
            Shards = [.. Enumerable.Range(0, shards).Select(i => new EncodedSource(i, $"source {i}"))],
        };

    /// <summary>Shards of three pieces each, the last of them held out; one window at token 10 with three texts.</summary>
    public static void Write(string folder, int shards = 2, bool validation = true, IReadOnlyDictionary<string, string>? parts = null)
    {
        var plan = Plan(shards) with { Parts = parts ?? Parts };
        plan.Claim(folder);
        foreach (var source in plan.Shards)
        {
            var content = new EncodedShardContent();
            for (int piece = 0; piece < 3; piece++)
            {
                content.Pieces.Add(
                    new(
                        content.Latents.Count / Channels,
                        2 * Tokens + 1,
                        content.Tokens.Count,
                        Tokens,
                        piece == 2 && validation ? DatasetSplit.Validation : DatasetSplit.Train
                    )
                );
                for (int frame = 0; frame < 2 * Tokens + 1; frame++)
                for (int c = 0; c < Channels; c++)
                    content.Latents.Add(Latent(source.Index, piece, frame, c));
                for (int token = 0; token < Tokens; token++)
                    content.Tokens.Add((short)Token(source.Index, piece, token));
                content.Windows.Add(
                    new(piece, 10, Tempo: 45 + piece, Key: 9, Metre: piece == 0 ? -1 : 2, content.TextPrefix.Count / Levels, 3)
                );
                for (int level = 0; level < Levels; level++)
                    content.AudioPrefix.Add((short)(90 * level + piece));
                for (int text = 0; text < 3; text++)
                for (int level = 0; level < Levels; level++)
                    content.TextPrefix.Add((short)(50 * level + 3 * piece + text));
            }
            new EncodedShard(folder, source.Index).Write(content, plan, source.Sha256);
        }
    }

    /// <summary>A multiple of 1/64 in [-1, 1], which float16 holds exactly.</summary>
    public static float Latent(int shard, int piece, int frame, int channel) =>
        ((frame * 7 + channel * 13 + piece * 29 + shard * 31) % 129 - 64) / 64f;

    public static int Token(int shard, int piece, int token) => (token * 5 + piece * 301 + shard * 17) % 1024;
}
