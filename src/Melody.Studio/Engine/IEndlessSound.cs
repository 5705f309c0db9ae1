namespace Melody.Studio.Engine;

/// <summary>Music without end, made as it is read.</summary>
internal interface IEndlessSound : IAsyncDisposable
{
    /// <summary>Hz.</summary>
    int SampleRate { get; }

    /// <summary>Samples in a frame.</summary>
    int Channels { get; }

    /// <summary>What follows: waits until there is some.</summary>
    /// <returns>Samples; none once the music cannot go on.</returns>
    ValueTask<ReadOnlyMemory<float>> ReadAsync(CancellationToken cancellation);

    /// <summary>Leads over to other music at a bar line.</summary>
    /// <exception cref="MelodyException">The prompt cannot be used; the music stays.</exception>
    void ChangePrompt(string prompt);
}
