using Melody.Audio;
using Melody.Conditioning;
using Melody.Models;
using Melody.Studio.Orders;
using Melody.Weights;

namespace Melody.Studio.Engine;

/// <summary>
/// The engine of a front end, whose music is made by workers with the same model: it knows the model and its words, and loads no network.
/// </summary>
internal sealed class FrontEngine : IMusicEngine
{
    private const string Sentence = "This server makes no music itself; music without end needs one that runs with --workers 1.";

    private readonly Vocabulary _vocabulary;

    private FrontEngine(EngineInfo info, Vocabulary vocabulary) => (Info, _vocabulary) = (info, vocabulary);

    /// <inheritdoc/>
    public EngineInfo Info { get; }

    /// <summary>The engine of a model folder.</summary>
    /// <exception cref="MelodyException">The folder is not a model, is damaged, or is untrained where that is not allowed.</exception>
    public static FrontEngine Open(string folder, bool allowUntrained)
    {
        var model = ModelFolder.Open(folder);
        if (!allowUntrained)
            model.RequireTrained();
        var config = ModelConfig.FromFolder(model);
        var manifest = model.Manifest;
        return new(Describe(manifest.Name, manifest.Preset, manifest.Hash(), manifest.Trained, config), Parts.ReadVocabulary(model));
    }

    /// <summary>The engine of random weights in the sizes of a preset.</summary>
    public static FrontEngine Untrained(string preset)
    {
        var id = MusicModel.UntrainedId(preset, 0);
        return new(Describe(id, preset, MusicModel.UntrainedHash(id), trained: false, ModelConfig.FromPreset(preset)), Vocabulary.Empty);
    }

    /// <inheritdoc/>
    public PromptUnderstanding Understand(string prompt) => PromptUnderstanding.Of(prompt, _vocabulary);

    /// <inheritdoc/>
    public IEndlessSound Endless(string prompt) => throw new MelodyException(Sentence);

    /// <inheritdoc/>
    public Task<MadeMusic> MakeAsync(
        MusicOrder order,
        int piece,
        AudioClip? source,
        IProgress<GenerationProgress> progress,
        Action<ReadOnlyMemory<float>>? listener,
        CancellationToken cancellation
    ) => throw new NotSupportedException();

    private static EngineInfo Describe(string id, string preset, string hash, bool trained, ModelConfig config) =>
        new(id, preset, hash, config.Codec.SampleRate, trained, ComputeDevice.Cpu, config.Sizes(), config.Codec.SoundChannels);
}
