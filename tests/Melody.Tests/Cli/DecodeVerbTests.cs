using Melody.Audio;

namespace Melody.Tests.Cli;

/// <summary><c>melody decode</c> looks at what it was given before it looks where to write.</summary>
public sealed class DecodeVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task StandardInputIsForSound()
    {
        (await ToolRun.UntrainedAsync("decode", "-", "-o", _folder["a.wav"])).AssertRefused("give the file of latents by its name");
        (await ToolRun.RunAsync("corpus", "render", "-", "-o", _folder["a.wav"])).AssertRefused("give the MIDI file by its name");
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task ASoundHoldsNoLatents()
    {
        var sound = _folder["song.wav"];
        new AudioClip(new float[2400], 24_000).Write(sound);
        (await ToolRun.UntrainedAsync("decode", sound, "-o", sound, "-q")).AssertRefused("is a sound and holds no latents");
        Assert.Equal(2400, AudioClip.Read(sound).Frames);
    }
}
