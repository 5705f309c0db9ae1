using Melody.Models;
using Melody.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Melody.Training.Setup;

/// <summary>
/// What a training starts from: the preset's sizes and random values, or a part of a finished model, with its sizes, its
/// vocabulary and its values, which then go on learning (fine-tuning). The optimiser starts again in both cases.
/// </summary>
internal sealed class StartingWeights<TConfig, TModule>
    where TConfig : notnull
    where TModule : nn.Module
{
    private readonly TrainingRequest _request;
    private readonly Lazy<TConfig> _config;

    /// <param name="request">Names the preset, the seed and, perhaps, the model.</param>
    /// <param name="part">The part to train.</param>
    /// <exception cref="MelodyException">The model is unusable or lacks the part.</exception>
    public StartingWeights(TrainingRequest request, Part<TConfig, TModule> part)
    {
        (_request, Part) = (request, part);
        _config = new(() => Model is null ? part.Config(request.Preset) : part.Config(Model));
        if (request.KeptShare > 0 && request.StartFrom is null)
            throw new MelodyException("--keep-start keeps weights of the model that --start-from names; give both or neither.");
        if (request.StartFrom is not { } folder)
            return;
        Model = ModelFolder.Open(folder);
        if (!Model.Part(part.Name).Trained)
            throw new MelodyException(
                $"The {part} of the model in '{folder}' is untrained; start from a trained one, or leave --start-from out."
            );
    }

    /// <summary>What is trained.</summary>
    public Part<TConfig, TModule> Part { get; }

    /// <summary>The model whose values they are; null for random ones.</summary>
    public ModelFolder? Model { get; }

    /// <summary>The part's configuration.</summary>
    public TConfig Config => _config.Value;

    /// <summary>
    /// Whether the values are of a model that has the same other part as a folder, so that what they learned of it still holds.
    /// </summary>
    public bool Knows(Part part, ModelFolder folder) =>
        Model is not null
        && Model.Manifest.Parts.TryGetValue(part.Name, out var known)
        && PartHash.Of(known) == PartHash.Of(folder.Part(part.Name));

    /// <summary>Refuses a configuration that does not fit the parts of a folder which the network hears or answers.</summary>
    /// <exception cref="MelodyException">It does not fit one of them.</exception>
    public void RequireFit(ModelFolder folder, IReadOnlyList<Part> others, TConfig config)
    {
        var source = Model is null ? $"the preset '{_request.Preset}'" : $"the model in '{Model.Path}'";
        ModelConfig.RequireFit(folder, others, Part, config, $"the model in '{folder.Path}' and of {source}");
    }

    /// <summary>The network with the values that it starts from, in single precision.</summary>
    /// <param name="device">Where it goes.</param>
    /// <param name="config">Its configuration; where it has parameters that the model's lacks, these start at random.</param>
    /// <param name="asset">Reads a file beside the weights; null for those of the model, where there is one.</param>
    public TModule Create(Device device, TConfig config, Func<string, byte[]>? asset = null)
    {
        if (Model is null)
            return NewNetwork.Create(_request.Seed, device, parameters => Part.Create(config, parameters, asset));
        var known = Part.Load(Model, device, ScalarType.Float32);
        known.train();
        if (config.Equals(Config))
            return known;
        using (known)
        {
            var network = NewNetwork.Create(_request.Seed, device, parameters => Part.Create(config, parameters, asset));
            StateDictionary.Copy(known, network);
            return network;
        }
    }

    /// <summary>
    /// Moves the parameters of a trained network back towards those it started from, by <see cref="TrainingRequest.KeptShare"/> of
    /// the way: what fine-tuning unlearned comes back sooner than what it learned goes (WiSE-FT, Wortsman et al., 2022, arXiv
    /// 2109.01903). Parameters that the model lacks stay as they are.
    /// </summary>
    public void Keep(nn.Module network)
    {
        if (_request.KeptShare <= 0)
            return;
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        using var stored = Model!.OpenWeights(Part.Name);
        foreach (var (name, value) in network.named_parameters())
            if (stored.Entries.ContainsKey(name))
                value.lerp_(stored.Read(name).to(value.dtype).to(value.device), _request.KeptShare);
    }

    /// <summary>What a resumed run has to share with the one before: the options, and the weights that it began with.</summary>
    public object Share(object options) => Model is null ? options : new FineTuning(options, PartHash.Of(Model.Part(Part.Name)));

    private sealed record FineTuning(object Options, string StartedFrom);
}
