using Melody.Audio;
using Melody.Studio.Orders;

namespace Melody.Studio.Engine;

/// <summary>What makes the music of the studio.</summary>
internal interface IMusicEngine
{
    /// <summary>What it is.</summary>
    EngineInfo Info { get; }

    /// <summary>What it reads from a prompt.</summary>
    PromptUnderstanding Understand(string prompt);

    /// <summary>Begins music without end.</summary>
    /// <exception cref="MelodyException">The prompt cannot be used.</exception>
    IEndlessSound Endless(string prompt);

    /// <summary>Makes one piece of an order.</summary>
    /// <param name="order">What is made, with its seed.</param>
    /// <param name="piece">Which of its pieces, from 0.</param>
    /// <param name="source">The song that it starts from, mono at the engine's rate; null for none.</param>
    /// <param name="progress">Reports how far the work is.</param>
    /// <param name="listener">Gets the music of a new piece while it is made; null for nobody.</param>
    /// <param name="cancellation">Ends the work within a step.</param>
    /// <exception cref="MelodyException">The order cannot be made.</exception>
    Task<MadeMusic> MakeAsync(
        MusicOrder order,
        int piece,
        AudioClip? source,
        IProgress<GenerationProgress> progress,
        Action<ReadOnlyMemory<float>>? listener,
        CancellationToken cancellation
    );
}

/// <summary>A finished piece.</summary>
/// <param name="Audio">The music, mono.</param>
/// <param name="Recipe">How it was made.</param>
internal sealed record MadeMusic(AudioClip Audio, GenerationRecipe Recipe);

/// <summary>What an engine is.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Preset">Its sizes.</param>
/// <param name="Hash">SHA-256 of its weights.</param>
/// <param name="SampleRate">Hz.</param>
/// <param name="Trained">Whether it makes music, and not noise.</param>
/// <param name="Device">Where its networks run.</param>
/// <param name="Parts">Its networks.</param>
/// <param name="Channels">Samples in a frame of its music.</param>
internal sealed record EngineInfo(
    string Model,
    string Preset,
    string Hash,
    int SampleRate,
    bool Trained,
    ComputeDevice Device,
    IReadOnlyList<PartSize> Parts,
    int Channels = 1
);
