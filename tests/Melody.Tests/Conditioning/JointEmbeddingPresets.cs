using System.Text.Json;
using Melody.Conditioning;

namespace Melody.Tests.Conditioning;

/// <summary>The configurations that the tests of this room use.</summary>
internal static class JointEmbeddingPresets
{
    public static JointEmbeddingConfig Embedded(string preset)
    {
        using var stream = typeof(JointEmbeddingConfig).Assembly.GetManifestResourceStream($"Presets/{preset}/joint-embedding.json")!;
        return JsonSerializer.Deserialize<JointEmbeddingConfig>(stream, JsonSerializerOptions.Web)!;
    }

    /// <summary>Two seconds of audio at 800 Hz in 20 frames of 9 bands; overlapping patches, some frames of padding.</summary>
    public static AudioTowerConfig TinyAudio { get; } =
        new()
        {
            SampleRate = 800,
            WindowSeconds = 2,
            HopSeconds = 0.5,
            FftSize = 128,
            AnalysisWindow = 100,
            HopLength = 80,
            Bands = 9,
            Frames = 22,
            PatchBands = 4,
            PatchFrames = 5,
            StrideBands = 2,
            StrideFrames = 4,
            DistillationToken = true,
            Transformer = new()
            {
                Width = 8,
                Layers = 2,
                Heads = 2,
                FeedForward = 12,
            },
        };

    public static WordTowerConfig TinyWords { get; } =
        new()
        {
            VocabularySize = 12,
            VectorWidth = 6,
            Pieces = 16,
            PieceShare = 0.1,
            Tokens = 9,
            Transformer = new()
            {
                Width = 8,
                Layers = 2,
                Heads = 2,
                FeedForward = 12,
            },
        };

    public static BertConfig TinyBert { get; } =
        new()
        {
            VocabularySize = 20,
            Tokens = 8,
            Transformer = new()
            {
                Width = 8,
                Layers = 2,
                Heads = 2,
                FeedForward = 12,
            },
        };

    public static JointEmbeddingConfig Tiny { get; } =
        new()
        {
            EmbeddingWidth = 6,
            InitialTemperature = 0.07,
            Audio = TinyAudio,
            Text = new() { Words = TinyWords },
            Quantizer = new() { Levels = 3, Entries = 5 },
        };

    public static Vocabulary Words { get; } =
        new(["sad", "piano", "slow", "guitar", "harpsichord", "rain", "jazz", "bpm", "120", "and", "sharp", "c"]);
}
