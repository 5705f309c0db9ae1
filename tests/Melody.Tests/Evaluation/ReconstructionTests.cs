using Melody.Audio;
using Melody.Autoencoder;
using Melody.Evaluation.Reconstruction;
using Melody.Models;
using Melody.Nn;
using Melody.Tests.Audio;
using Melody.Tests.Cli;
using Melody.Weights;

namespace Melody.Tests.Evaluation;

/// <summary>The scoreboard of codecs ranks as ears would.</summary>
public sealed class ReconstructionTests : IDisposable
{
    private const int Rate = 24_000;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // a chord that swells and fades over soft noise
    private static AudioClip Music(int seed, double seconds = 2)
    {
        int count = (int)(seconds * Rate);
        var noise = Sounds.Noise(seed, count, 0.02);
        int[] steps = [0, 4, 7, 12];
        return new(
            [
                .. Enumerable
                    .Range(0, count)
                    .Select(i =>
                    {
                        double t = (double)i / Rate,
                            sum = steps.Sum(s => Math.Sin(2 * Math.PI * 220 * Math.Pow(2, (s + seed) / 12.0) * t));
                        return (float)(0.1 * sum * (1 + 0.5 * Math.Sin(2 * Math.PI * 2 * t)) + noise[i]);
                    }),
            ],
            Rate
        );
    }

    private sealed class FormulaCodec(string name, Func<float, int, float> formula, string? unavailable = null) : ICodec
    {
        public string Name => name;

        public string? Unavailable => unavailable;

        public Rebuilt Rebuild(AudioClip clip, CancellationToken cancellation) =>
            new(new([.. clip.Samples.ToArray().Select(formula)], clip.SampleRate), clip.Frames);
    }

    private static FormulaCodec Quantizer(int levels) => new($"{levels} levels", (x, _) => MathF.Round(x * levels) / levels);

    [Fact]
    public void Identity_is_perfect_noise_is_worst_and_a_fine_codec_beats_a_coarse_one()
    {
        var noise = Sounds.Noise(9, 2 * Rate);
        var rows = ReconstructionEvaluation.Run(
            [Music(0), Music(3)],
            [
                new FormulaCodec("identity", (x, _) => x),
                Quantizer(2048),
                Quantizer(32),
                new FormulaCodec("noise", (_, i) => noise[i]),
                new FormulaCodec("missing", (x, _) => x, "it is not installed"),
            ]
        );
        Assert.Equal(new ReconstructionScores(0, 0, double.PositiveInfinity, 0, 0, 0), rows[0].Scores);
        for (int i = 1; i <= 3; i++)
        {
            var (better, worse) = (rows[i - 1].Scores!, rows[i].Scores!);
            Assert.True(better.LogStft < worse.LogStft, $"{rows[i].Name}: log-STFT");
            Assert.True(better.Mel < worse.Mel, $"{rows[i].Name}: mel");
            Assert.True(better.SiSdr > worse.SiSdr, $"{rows[i].Name}: SI-SDR");
            Assert.True(better.Centroid < worse.Centroid, $"{rows[i].Name}: centroid");
            Assert.True(better.Loudness < worse.Loudness, $"{rows[i].Name}: loudness");
        }
        Assert.Null(rows[4].Scores);
        Assert.Equal(8 * Rate / 1000.0, rows[0].KilobitsPerSecond!.Value, 1e-9); // a byte a sample
        var page = new ReconstructionReport(2, 2, Rate, [], rows).ToMarkdown();
        Assert.Contains("missing was not measured: it is not installed.", page, StringComparison.Ordinal);
        Assert.Contains("| identity | 192.0 | 0.00 | 0.00 | ∞ | 0.00 | 0 | 0 |", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Known_codecs_come_back_in_time_and_more_bits_sound_better()
    {
        FfmpegCodec[] codecs = [FfmpegCodec.Mp3(24), FfmpegCodec.Mp3(64), FfmpegCodec.Opus(24), FfmpegCodec.Opus(64)];
        Assert.SkipUnless(codecs.All(c => c.Unavailable is null), "needs ffmpeg with libopus and libmp3lame: apt-get install ffmpeg");
        var rows = ReconstructionEvaluation.Run([Music(5)], codecs);
        // a delay of a few samples would already ruin the waveform's match
        Assert.True(rows[1].Scores!.SiSdr > 10, $"MP3: {rows[1].Scores}");
        Assert.True(rows[3].Scores!.SiSdr > 10, $"Opus: {rows[3].Scores}");
        Assert.True(rows[1].Scores!.LogStft < rows[0].Scores!.LogStft);
        Assert.True(rows[3].Scores!.LogStft < rows[2].Scores!.LogStft);
        Assert.InRange(rows[1].KilobitsPerSecond!.Value, 50, 80);
    }

    [Fact]
    public async Task An_autoencoder_is_measured_and_written_down()
    {
        Directory.CreateDirectory(_folder["music"]);
        for (int i = 0; i < 2; i++)
            Music(i, 3).Write(Path.Combine(_folder["music"], $"{i}.wav"));
        File.WriteAllText(Path.Combine(_folder["music"], "2.wav"), "no sound");
        var config = ModelConfig.FromPreset("test").Autoencoder;
        using (var parameters = ParameterFactory.Random(1))
        using (var autoencoder = AudioAutoencoder.Create(config, parameters))
        {
            using var writer = ModelFolderWriter.Create(_folder["model"], "small", "test");
            writer.SetPart(Parts.Autoencoder.Name, config, autoencoder, trained: false);
            writer.Commit();
        }
        string[] evaluate =
        [
            "evaluate",
            "autoencoder",
            "--model",
            _folder["model"],
            "--audio",
            _folder["music"],
            "-o",
            _folder["report"],
            "--clips",
            "2",
            "--seconds",
            "1",
        ];
        (await ToolRun.RunAsync(evaluate)).AssertRefused("is untrained");
        Assert.False(Directory.Exists(_folder["report"]));
        var run = await ToolRun.RunAsync([.. evaluate, "--untrained", "--json"]);
        Assert.True(run.Code == 0, run.Error);
        Assert.Contains(run.Json.GetProperty("notes").EnumerateArray(), note =>
            note.GetString()!.StartsWith("Left out: ", StringComparison.Ordinal)
        );
        var rows = run.Json.GetProperty("rows");
        Assert.Equal(6, rows.GetArrayLength());
        Assert.True(rows[0].GetProperty("scores").GetProperty("logStft").GetDouble() > 1); // random weights rebuild nothing
        Assert.Contains("| small | - |", File.ReadAllText(Path.Combine(_folder["report"], "report.md")), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_folder["report"], "report.json")));
        Assert.Equal(Rate, AudioClip.Read(Path.Combine(_folder["report"], "sounds", "clip-01-small.wav")).Frames);
        (await ToolRun.RunAsync("evaluate")).AssertRefused("--corpus");
        (
            await ToolRun.RunAsync(
                "evaluate",
                "autoencoder",
                "--model",
                _folder["model"],
                "--audio",
                _folder["nothing"],
                "-o",
                _folder["refused"],
                "--untrained"
            )
        ).AssertRefused("does not exist");
        Assert.False(Directory.Exists(_folder["refused"]));
    }
}
