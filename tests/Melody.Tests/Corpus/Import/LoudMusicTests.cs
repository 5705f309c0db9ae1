using Melody.Audio;
using Melody.Corpus.Import;
using Melody.Corpus.Records;
using Melody.Corpus.Storage;

namespace Melody.Tests.Corpus.Import;

/// <summary>Recordings whose samples go beyond full scale, which the 16 bits of a corpus do not hold.</summary>
public sealed class LoudMusicTests : IDisposable
{
    private const int Rate = 24_000;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // two seconds and two that are ten times softer; the second channel has half of the first
    private static float[] Tone(double amplitude, int channels) =>
        [
            .. Enumerable
                .Range(0, 4 * Rate * channels)
                .Select(i =>
                {
                    double level = amplitude * (i / channels < 2 * Rate ? 1 : 0.1) / (1 + i % channels);
                    return (float)(level * Math.Sin(2 * Math.PI * 440 * (i / channels) / Rate));
                }),
        ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Sound_beyond_full_scale_is_made_softer_as_a_whole(int channels)
    {
        Directory.CreateDirectory(_folder["in"]);
        float[] loud = Tone(3, channels),
            usual = Tone(0.5, channels);
        new AudioClip(loud, Rate, channels).Write(_folder["in/a.wav"], new() { BitDepth = 32 });
        new AudioClip(usual, Rate, channels).Write(_folder["in/b.wav"], new() { BitDepth = 32 });
        var files = ImportFile.Find(_folder["in"], CaptionTable.Empty);
        var options = new ImportOptions();
        var shards = ImportFile.Deal(files, options.ShardMinutes);
        var plan = new CorpusPlan
        {
            Kind = CorpusKind.Imported,
            Seed = 1,
            SampleRate = Rate,
            Channels = channels,
            AudioFormat = ShardFormat.Wav,
            WindowSeconds = 4,
            InputSha256 = ImportFile.HashOf(files),
        };
        var progress = new CorpusBuilder(_folder["out"], plan, () => new ImportSource(plan, shards, options), jobs: 1).Build(
            shards.Count,
            cancellation: TestContext.Current.CancellationToken
        );
        Assert.Equal(1, progress.Softened);
        Assert.StartsWith("1 file goes beyond full scale", progress.SoftenedRemark, StringComparison.Ordinal);
        Assert.Contains("\"softened\":1", File.ReadLines(_folder["out/shard-00000.jsonl"]).First(), StringComparison.Ordinal);
        using var corpus = CorpusReader.Open(_folder["out"]);
        float[][] heard = [.. corpus.Windows().Select(window => corpus.Read(window))];
        float peak = loud.Max(Math.Abs);
        float[][] expected =
        [
            [.. loud.Select(sample => sample / peak)],
            usual,
        ];
        Assert.Equal(expected.Select(samples => samples.Length), heard.Select(samples => samples.Length));
        for (int file = 0; file < expected.Length; file++)
        for (int i = 0; i < heard[file].Length; i++)
            Assert.Equal(expected[file][i], heard[file][i], 4e-5f); // a step of 16 bits
    }
}
