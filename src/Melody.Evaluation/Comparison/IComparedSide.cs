using Melody.Audio;

namespace Melody.Evaluation.Comparison;

/// <summary>One of two sources of music that are compared.</summary>
internal interface IComparedSide
{
    /// <summary>What it is called in the result.</summary>
    string Name { get; }

    /// <summary>The music for a prompt, as loud as it comes.</summary>
    /// <exception cref="MelodyException">There is none.</exception>
    AudioClip Get(ComparedPrompt prompt, CancellationToken cancellation);

    /// <summary>Told that all music was taken: gives back what it holds.</summary>
    void Close();
}
