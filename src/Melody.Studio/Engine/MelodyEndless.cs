namespace Melody.Studio.Engine;

/// <summary><see cref="EndlessMusic"/>, read as soon as it is ready.</summary>
internal sealed class MelodyEndless(EndlessMusic music) : IEndlessSound
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Block = TimeSpan.FromMilliseconds(500);

    /// <inheritdoc/>
    public int SampleRate => music.SampleRate;

    /// <inheritdoc/>
    public int Channels => music.Channels;

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<float>> ReadAsync(CancellationToken cancellation)
    {
        await music.WaitForSoundAsync(cancellation).ConfigureAwait(false);
        while (music.Ready < Block && !music.HasEnded)
            await Task.Delay(Pause, cancellation).ConfigureAwait(false);
        var samples = new float[(int)(Block.TotalSeconds * SampleRate) * Channels];
        return samples.AsMemory(0, music.Read(samples));
    }

    /// <inheritdoc/>
    public void ChangePrompt(string prompt)
    {
        // where the other music cannot be made the old one goes on; that is all there is to do
        _ = music.ChangePrompt(prompt).ContinueWith(change => change.Exception, TaskScheduler.Default);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => music.DisposeAsync();
}
