using Melody.Conditioning;
using Melody.Models;
using Melody.Nn;
using Melody.Presets;
using Melody.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Melody.Training.Parts;

/// <summary>
/// What a training starts from: the preset's sizes and random values, or a part of a finished model, with its sizes, its
/// vocabulary and its values, which then go on learning (fine-tuning). The optimiser starts anew in both cases.
/// </summary>
internal sealed class StartingWeights
{
    private readonly TrainingRequest _request;
    private readonly string _part;
    private readonly ModelFolder? _model;

    /// <param name="request">Names the preset, the seed and, perhaps, the model.</param>
    /// <param name="part">The part to train.</param>
    /// <exception cref="MelodyException">The model is unusable or lacks the part.</exception>
    public StartingWeights(TrainingRequest request, string part)
    {
        (_request, _part) = (request, part);
        if (request.KeptShare > 0 && request.StartFrom is null)
            throw new MelodyException("--keep-start keeps weights of the model that --start-from names; give both or neither.");
        if (request.StartFrom is not { } folder)
            return;
        _model = ModelFolder.Open(folder);
        if (!_model.Part(part).Trained)
            throw new MelodyException(
                $"The {part} of the model in '{folder}' is untrained; start from a trained one, or leave --start-from out."
            );
    }

    /// <summary>Whether the values are those of a model.</summary>
    public bool OfModel => _model is not null;

    /// <summary>Whether the values are of a model that has the same other part as a folder, so that what they learned of it still holds.</summary>
    public bool Knows(string part, ModelFolder folder) =>
        _model is not null
        && _model.Manifest.Parts.TryGetValue(part, out var known)
        && PartHash.Of(known) == PartHash.Of(folder.Part(part));

    /// <summary>The part's configuration.</summary>
    public T Config<T>() => _model is null ? PresetFile.Read<T>(_request.Preset, _part) : _model.Config<T>(_part);

    /// <summary>The words of the model's text tower; null when they are to be chosen from the captions.</summary>
    public Vocabulary? Vocabulary => _model is null ? null : ModelParts.ReadVocabulary(_model);

    /// <summary>The network with the values that it starts from, in single precision.</summary>
    /// <param name="device">Where it goes.</param>
    /// <param name="make">Makes the network.</param>
    /// <param name="makeOfModel">Makes that of the model, where it lacks some parameters of the new one, which then begin at random; null where both are alike.</param>
    public T Create<T>(Device device, Func<ParameterFactory, T> make, Func<ParameterFactory, T>? makeOfModel = null)
        where T : nn.Module
    {
        if (_model is null)
            return TrainedPart.Create(_request.Seed, device, make);
        var known = TrainedPart.Load(_model, _part, device, makeOfModel ?? make, ScalarType.Float32);
        known.train();
        if (makeOfModel is null)
            return known;
        var network = TrainedPart.Create(_request.Seed, device, make);
        using var _ = no_grad();
        var values = StateDictionary.Of(network);
        foreach (var (name, value) in StateDictionary.Of(known))
            values[name].copy_(value);
        known.Dispose();
        return network;
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
        using var stored = _model!.OpenWeights(_part);
        foreach (var (name, value) in network.named_parameters())
            if (stored.Entries.ContainsKey(name))
                value.lerp_(stored.Read(name).to(value.dtype).to(value.device), _request.KeptShare);
    }

    /// <summary>What a resumed run has to share with the one before: the options, and the weights that it began with.</summary>
    public object Share(object options) => _model is null ? options : new FineTuning(options, PartHash.Of(_model.Part(_part)));

    private sealed record FineTuning(object Options, string StartedFrom);
}
