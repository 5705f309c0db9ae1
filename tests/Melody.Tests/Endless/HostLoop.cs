namespace Melody.Tests.Endless;

/// <summary>A host that pulls music buffer by buffer, and waits for it where a test wants no underruns.</summary>
internal sealed class HostLoop(EndlessMusic music)
{
    private readonly List<float> _heard = [];

    /// <summary>The first channel of all that was read.</summary>
    public IReadOnlyList<float> Heard => _heard;

    /// <summary>Reads frames in buffers of some size, waiting until they are ready.</summary>
    public async Task ReadAsync(int frames, int buffer = 256)
    {
        for (int end = _heard.Count + frames; _heard.Count < end && !music.HasEnded; )
        {
            int count = Math.Min(buffer, end - _heard.Count);
            while (!music.HasEnded && music.Ready.TotalSeconds * music.SampleRate < count + 0.3 * music.SampleRate)
                await Task.Delay(1, TestContext.Current.CancellationToken);
            Read(count);
        }
    }

    /// <summary>Reads once, ready or not.</summary>
    /// <returns>What Read returns.</returns>
    public int Read(int frames)
    {
        var buffer = new float[frames * music.Channels];
        Array.Fill(buffer, float.NaN);
        int read = music.Read(buffer);
        for (int i = 0; i < buffer.Length; i++)
            Assert.Equal(buffer[i / music.Channels * music.Channels], buffer[i]);
        for (int i = 0; i < frames; i++)
            _heard.Add(buffer[i * music.Channels]);
        return read;
    }
}
