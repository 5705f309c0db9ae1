using Melody.Nn;
using Melody.Training.Data;
using static TorchSharp.torch;

namespace Melody.Training.Stages;

/// <summary>Reads what the score says (<see cref="NoteTargets"/>) from hidden states [batch, frames, width] with one product; it leaves the model with the training.</summary>
internal sealed class NoteHead : nn.Module
{
    private readonly Linear _scores;

    public NoteHead(int width, ParameterFactory parameters) : base(nameof(NoteHead)) =>
        register_module("scores", _scores = new(width, NoteTargets.Count, bias: true, parameters));

    /// <summary>Mean binary cross-entropy over all frames and targets, a float32 scalar.</summary>
    /// <param name="hidden">[batch, frames, width].</param>
    /// <param name="targets">0 or 1, [batch, frames, <see cref="NoteTargets.Count"/>].</param>
    public Tensor Loss(Tensor hidden, Tensor targets)
    {
        var scores = _scores.forward(hidden).to_type(ScalarType.Float32);
        // max(s, 0) - s t + log(1 + exp(-|s|)), which never overflows
        return (scores.clamp_min(0) - scores * targets + (-scores.abs()).exp().log1p()).mean();
    }
}
