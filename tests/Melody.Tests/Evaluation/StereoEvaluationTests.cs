using Melody.Audio;
using Melody.Corpus.Records;
using Melody.Corpus.Storage;
using Melody.Tests.Adapters;
using Melody.Tests.Audio;
using Melody.Tests.Cli;
using Melody.Tests.Corpus.Storage;
using Melody.Tests.Generation;

namespace Melody.Tests.Evaluation;

/// <summary><c>melody evaluate</c> with a model that makes 48 kHz stereo: both channels get to the report.</summary>
public sealed class StereoEvaluationTests(StereoModel model) : IClassFixture<StereoModel>, IDisposable
{
    private const int Rate = 48_000;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // sines, the same in both channels, all of them held out
    private sealed class HeldOut(CorpusPlan plan) : IPieceSource
    {
        private readonly SinePieces _sines = new(plan);

        public FinishedPiece? Make(int shard, int number, CancellationToken cancellation) =>
            _sines.Make(shard, number, cancellation) is not { } piece
                ? null
                : piece with
                {
                    Record = piece.Record with { Split = DatasetSplit.Test },
                    Windows = [.. piece.Windows.Select(w => w with { Split = DatasetSplit.Test })],
                };

        public void Dispose() => _sines.Dispose();
    }

    [Fact]
    public async Task The_page_tells_of_stereo_beside_held_out_music_and_of_adapters()
    {
        var plan = new CorpusPlan
        {
            Kind = CorpusKind.Composed,
            Seed = 5,
            AudioFormat = ShardFormat.Wav,
            SampleRate = Rate,
            Channels = 2,
            PiecesPerShard = 2,
            WindowSeconds = 1.5,
            Tools = ["sine 1.0"],
        };
        new CorpusBuilder(_folder["corpus"], plan, () => new HeldOut(plan), jobs: 1).Build(
            1,
            cancellation: TestContext.Current.CancellationToken
        );
        string[] evaluate =
        [
            "evaluate",
            model.Folder,
            "--corpus",
            _folder["corpus"],
            "-o",
            _folder["report"],
            "--only",
            "chain",
            "--quick",
            "--prompts",
            "1",
            "--seconds",
            "1",
            "--steps",
            "1",
            "--windows",
            "4",
            "--device",
            "cpu",
        ];
        (await ToolRun.RunAsync([.. evaluate, "--adapter", _folder["chip.safetensors"]])).AssertRefused("chip.safetensors");
        Assert.False(Directory.Exists(_folder["report"]));
        var adapter = AdapterFixture.Write(_folder["chip.safetensors"], model.Folder);
        var run = await ToolRun.RunAsync([.. evaluate, "--adapter", $"{adapter}:0.5", "--json"]);
        Assert.True(run.Code == 0, run.Error);
        Assert.NotEqual(model.Model.Hash, run.Json.GetProperty("modelHash").GetString());
        var report = File.ReadAllText(_folder["report/report.md"]);
        Assert.Contains("chip:0.5", report, StringComparison.Ordinal);
        var width = report.Split('\n').Single(line => line.StartsWith("| width", StringComparison.Ordinal)).Split('|');
        Assert.Equal(" -60.0 ", width[3]); // what is held out is mono on two channels
        Assert.NotEqual(" -60.0 ", width[2]);
        Assert.Contains("| harmonic motion beside that of held-out music |", report, StringComparison.Ordinal);
        var sound = AudioClip.Read(Directory.GetFiles(_folder["report/sounds"], "*.wav")[0]);
        Assert.Equal((2, Rate), (sound.Channels, sound.SampleRate));
    }

    [Fact]
    public async Task A_magnitude_autoencoder_is_measured_beside_known_codecs_and_in_stereo()
    {
        Directory.CreateDirectory(_folder["music/below"]);
        new AudioClip(Sounds.Interleave(Sounds.Noise(1, Rate, 0.1), Sounds.Noise(2, Rate, 0.1)), Rate, 2).Write(
            _folder["music/below/1.wav"]
        );
        File.WriteAllText(_folder["music/2.wav"], "no sound");
        string[] evaluate = ["evaluate", "autoencoder", "--model", model.Folder, "--audio", _folder["music"], "-o", _folder["report"]];
        var run = await ToolRun.RunAsync([.. evaluate, "--seconds", "1", "--json"]);
        Assert.True(run.Code == 0, run.Error);
        Assert.Equal(24_000, run.Json.GetProperty("sampleRate").GetInt32());
        Assert.Contains(run.Json.GetProperty("notes").EnumerateArray(), note =>
            note.GetString()!.StartsWith("Left out: ", StringComparison.Ordinal)
        );
        Assert.True(run.Json.GetProperty("rows")[0].GetProperty("scores").GetProperty("mel").GetDouble() > 1);
        var (itself, rebuilt) = (run.Json.GetProperty("stereo")[0], run.Json.GetProperty("stereo")[1]);
        Assert.Equal(0, itself.GetProperty("channelMel").GetDouble(), 1e-6);
        Assert.Equal(0, itself.GetProperty("correlation").GetDouble(), 0.05);
        Assert.True(rebuilt.GetProperty("channelMel").GetDouble() > 1);
        Assert.Contains("Held-out music, rebuilt: stereo", File.ReadAllText(_folder["report/report.md"]), StringComparison.Ordinal);
        Assert.Equal(2, AudioClip.Read(Path.Combine(_folder["report"], "sounds", "clip-01-stereo.wav")).Channels);
        (await ToolRun.RunAsync([.. evaluate, "--seconds", "9"])).AssertRefused("as long as a clip");
    }
}
