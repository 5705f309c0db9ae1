using Melody.Audio;
using Melody.Corpus.Import;
using Melody.Corpus.Midi;
using Melody.Corpus.Records;
using Melody.Corpus.Rendering;
using Melody.Corpus.Storage;
using Melody.Listening;
using Melody.Tests.Cli;
using Melody.Tests.Corpus.Midi;
using Melody.Tests.Corpus.Rendering;

namespace Melody.Tests.Corpus;

/// <summary>Ctrl-C while music is rendered: a piece of twenty minutes is not played to its end first, and nothing of it is left.</summary>
public sealed class StoppedWorkTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(300);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // twenty minutes of chords
    private static readonly MidiSong Long = new()
    {
        Title = "long",
        Tracks =
        [
            new()
            {
                Channel = 0,
                Programs = [new(0, 48)],
                Notes = [.. Enumerable.Range(0, 4800).Select(i => new MidiNote(480 * (i / 4), 2400, 48 + 4 * (i % 4) + i / 4 % 5, 90))],
            },
        ],
    };

    [Fact]
    public void A_synthesizer_stops_while_it_plays_and_plays_on_afterwards()
    {
        using var synthesizer = new Synthesizer(SynthesizerTests.SmallFont(), new RenderSettings());
        using var whole = new CancellationTokenSource(Soon);
        Assert.Throws<OperationCanceledException>(() => synthesizer.Render(Long, whole.Token));
        using var stems = new CancellationTokenSource(Soon);
        Assert.Throws<OperationCanceledException>(() => synthesizer.RenderStems(Long, stems.Token));
        var note = Long.Tracks[0] with { Notes = [new(0, 480, 60, 90)] };
        Assert.InRange(synthesizer.Render(Long with { Tracks = [note] }).Seconds, 0.5, 20);
    }

    [Fact]
    public async Task Rendering_leaves_nothing()
    {
        var font = SynthesizerTests.SmallFont().Name;
        Directory.CreateDirectory(_folder["in"]);
        MidiWriter.Write(Long, _folder["in/long.mid"]);
        Directory.CreateDirectory(_folder["out"]);
        using var stop = new CancellationTokenSource(Soon);
        var run = await ToolRun.RunCancellableAsync(
            ["corpus", "render", _folder["in/long.mid"], "-o", _folder["out/long.wav"], "--font", font],
            stop.Token
        );
        Assert.Equal((130, "", "Interrupted." + Environment.NewLine), (run.Code, run.Output, run.Error));
        Assert.Empty(Directory.GetFileSystemEntries(_folder["out"]));
    }

    [Fact]
    public async Task An_import_stops_within_a_piece_and_leaves_no_part_of_a_shard()
    {
        var font = SynthesizerTests.SmallFont().Name;
        Directory.CreateDirectory(_folder["in"]);
        MidiWriter.Write(Long, _folder["in/long.mid"]);
        using var stop = new CancellationTokenSource(Soon);
        var run = await ToolRun.RunCancellableAsync(
            ["corpus", "import", _folder["in"], "-o", _folder["out"], "--font", font, "--no-estimates"],
            stop.Token
        );
        Assert.Equal((130, "", "Interrupted." + Environment.NewLine), (run.Code, run.Output, run.Error));
        if (Directory.Exists(_folder["out"]))
            Assert.All(Directory.GetFiles(_folder["out"]), file => Assert.Equal(CorpusPlan.FileName, Path.GetFileName(file)));
    }

    [Fact]
    public void A_recording_is_not_heard_to_its_end()
    {
        using var stop = new CancellationTokenSource();
        int heard = 0;
        var listener = new Ears(() =>
        {
            if (++heard == 2)
                stop.Cancel();
        });
        var sound = new Waveform(
            [
                [.. Enumerable.Range(0, 80_000).Select(n => 0.3f * MathF.Sin(n * 0.1f))],
            ],
            8000
        );
        var file = new ImportFile("x.wav", "x.wav", false, 10, []);
        Assert.Throws<OperationCanceledException>(() =>
            RecordingDescription.Windows(file, sound, "p", DatasetSplit.Train, 1, listener, cancellation: stop.Token)
        );
        Assert.Equal(2, heard);
    }

    private sealed class Ears(Action heard) : IMusicListener
    {
        public string Name => "ears";

        public HeardMusic Listen(AudioClip clip)
        {
            heard();
            return new(null, null, false);
        }
    }
}
