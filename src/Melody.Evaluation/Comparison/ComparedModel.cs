using Melody.Audio;

namespace Melody.Evaluation.Comparison;

/// <summary>A model that makes its music when it is asked; loaded with the first prompt, so that two models are never in memory.</summary>
/// <param name="folder">Of the model.</param>
/// <param name="load">How it is loaded.</param>
/// <param name="options">How it generates.</param>
/// <param name="seconds">Length of music for prompts that state none.</param>
internal sealed class ComparedModel(string folder, MusicModelOptions load, GenerationOptions options, double seconds) : IComparedSide
{
    private MusicModel? _model;

    /// <inheritdoc/>
    public string Name => folder;

    /// <inheritdoc/>
    public AudioClip Get(ComparedPrompt prompt, CancellationToken cancellation)
    {
        _model ??= MusicModel.LoadAsync(folder, load, cancellation).GetAwaiter().GetResult();
        var asked = options with { Seed = prompt.Seed, Seconds = prompt.Seconds ?? seconds, Loudness = LoudnessMode.Raw };
        return new MusicGenerator(_model).GenerateAsync(prompt.Text, asked, cancellation: cancellation).GetAwaiter().GetResult().Audio;
    }

    /// <inheritdoc/>
    public void Close()
    {
        _model?.Dispose();
        _model = null;
    }
}
