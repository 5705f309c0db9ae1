using System.Text;
using Melody.Audio;
using Melody.Cli;
using Melody.Cli.Shared;

namespace Melody.Tests.Cli;

/// <summary>
/// What comes from files, pipes and full disks: nothing of it steers the terminal, waits for ever or ends in a stack trace.
/// </summary>
public sealed class TerminalTextTests : IDisposable
{
    private const string Hostile = "\u001b]0;owned\u0007\u001b[31mred\u009b2J[bold]x[/]\r\n\u202Eevil\u2066";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("plain [text] with ü, ♪, 夜曲 and 👩‍🎤", "plain [text] with ü, ♪, 夜曲 and 👩‍🎤")]
    [InlineData("a\u001b[2Jb", "a\\u001B[2Jb")]
    [InlineData("a\rb\nc\u0085d\u007f", "a\\u000Db\\u000Ac\\u0085d\\u007F")]
    [InlineData("\u202Etxt.exe\u2069\u200E", "\\u202Etxt.exe\\u2069\\u200E")]
    public void ForeignTextIsShownAndNotObeyed(string text, string shown) => Assert.Equal(shown, TerminalText.Line(text));

    [Fact]
    public void TablesShowMarkupAsItIs() => Assert.Equal("[[bold]]x[[/]]\\u001B", TerminalText.Cell("[bold]x[/]\u001b"));

    [Theory]
    [InlineData("a.wav")]
    [InlineData("a.flac")]
    [InlineData("a.opus")]
    public async Task ATitleFromAFileDoesNothing(string name)
    {
        var text = new AudioMetadata { Title = Hostile, Software = Hostile };
        new AudioClip(new float[4800], 48000).Write(_folder[name], new() { Metadata = text });
        var run = await ToolRun.RunAsync("info", _folder[name]);
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.DoesNotContain(run.Output, c =>
            c != '\n' && (char.IsControl(c) || char.GetUnicodeCategory(c) == System.Globalization.UnicodeCategory.Format)
        );
        Assert.Contains("[31mred", run.Output, StringComparison.Ordinal);
        Assert.Equal(4, run.Output.Count(c => c == '\n')); // the file, title, software, recipe
        run = await ToolRun.RunAsync("info", "--json", _folder[name]);
        Assert.DoesNotContain(run.Output.Trim(), char.IsControl);
        Assert.Equal(Hostile, run.Json.GetProperty("title").GetString());
    }

    [Fact]
    public async Task AFileNameInAnErrorDoesNothing()
    {
        var run = await ToolRun.RunAsync("encode", "no\u001b[2Jsuch\nfile.wav");
        run.AssertRefused("no\\u001B[2Jsuch file.wav");
    }

    [Fact]
    public async Task StandardInputIsASource()
    {
        var sound = new AudioClip(new float[4800], 48000, 2).ToBytes(AudioFormat.Flac);
        var run = await RunAsync(new MemoryStream(sound), "info", "-");
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.StartsWith("standard input: 0.05 s, 48000 Hz, 2 channels", run.Output, StringComparison.Ordinal);
        (await RunAsync(new MemoryStream(), "info", "-")).AssertRefused("'standard input' is empty");
        (await RunAsync(new MemoryStream(Encoding.UTF8.GetBytes("no sound")), "encode", "-")).AssertRefused("standard input");
    }

    [Fact]
    public async Task APipeIsReadOnce()
    {
        var wave = _folder["a.wav"];
        new AudioClip(new float[24000], 24000).Write(wave);
        int opened = 0;
        using var sources = new SoundSources(() =>
        {
            opened++;
            return File.OpenRead(wave);
        });
        for (int i = 0; i < 3; i++)
            using (var reader = await sources.OpenAsync("-", TestContext.Current.CancellationToken))
                Assert.Equal(24000, reader.ReadToEnd().Length);
        Assert.Equal(1, opened);
    }

    [Fact]
    public async Task AFullOrClosedOutputIsOneSentence()
    {
        using var error = new StringWriter();
        var tool = new MelodyTool(new Terminal(new Refusing(), error, Interactive: false));
        Assert.Equal(2, await tool.RunAsync(["info", "--preset", "test"], TestContext.Current.CancellationToken));
        Assert.Equal("Cannot write to standard output: No space left." + Environment.NewLine, error.ToString());
    }

    [Fact]
    public async Task AFileThatAppearsIsLeftAsItIs()
    {
        var clip = new AudioClip([0.5f, 2f, 0], 8000);
        var target = new OutputTarget(_folder["a.wav"], new());
        target.Check();
        await File.WriteAllTextAsync(_folder["a.wav"], "somebody's work", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(_folder["a-2.wav"], "more of it", TestContext.Current.CancellationToken);
        using var error = new StringWriter();
        var terminal = new Terminal(TextWriter.Null, error, Interactive: false);
        using var context = new CommandContext(
            new System.CommandLine.RootCommand().Parse(""),
            terminal,
            TestContext.Current.CancellationToken
        );
        var (written, clipping) = await target.WriteAsync(clip, AudioMetadata.None, context);
        Assert.Equal((1L, 2f), (clipping.Samples, clipping.Peak));
        Assert.Equal(_folder["a-3.wav"], written);
        Assert.Equal(3, AudioClip.Read(written).Frames);
        Assert.Equal("somebody's work", await File.ReadAllTextAsync(_folder["a.wav"], TestContext.Current.CancellationToken));
        Assert.Contains(
            "a-3.wav",
            Assert.Throws<MelodyException>(() => OutputTarget.RequireName(target.Path, written)).Message,
            StringComparison.Ordinal
        );
        Assert.Contains("1 sample (33.33 %) beyond full scale was clipped", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("by up to 6.0 dB", error.ToString(), StringComparison.Ordinal);
        var replacing = target with { Replace = true };
        Assert.Equal(target.Path, (await replacing.WriteAsync(clip, AudioMetadata.None, context)).Path);
        Assert.Equal(3, AudioClip.Read(target.Path).Frames);
    }

    private static async Task<ToolRun> RunAsync(Stream input, params string[] args)
    {
        using StringWriter output = new(),
            error = new();
        var terminal = new Terminal(output, error, Interactive: false) { OpenBinaryInput = () => input };
        int code = await new MelodyTool(terminal).RunAsync(args, TestContext.Current.CancellationToken);
        return new(code, output.ToString(), error.ToString());
    }

    private sealed class Refusing : StringWriter
    {
        public override void Write(string? value) => throw new IOException("No space left.");

        public override void Write(char value) => throw new IOException("No space left.");
    }
}
