using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Melody.Training.Optimization;

/// <summary>
/// Parameters that are treated alike, laid end to end in flat tensors, so that clipping, AdamW and
/// the moving average each are a handful of operations whatever the number of layers.
/// </summary>
internal sealed class ParameterBucket : IDisposable
{
    private readonly Parameter[] _parameters;
    private readonly Tensor[] _views,
        _gradients;

    /// <param name="parameters">Float32 parameters on one device.</param>
    /// <param name="weightDecay">Decoupled weight decay of this bucket.</param>
    /// <param name="keepAverage">Whether a moving average of the values is kept.</param>
    public ParameterBucket(IEnumerable<Parameter> parameters, double weightDecay, bool keepAverage)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        _parameters = [.. parameters];
        WeightDecay = weightDecay;
        var device = _parameters[0].device;
        // cat hands a single tensor back as it is, and the values must not share the parameter's memory
        Values = cat([.. _parameters.Select(p => p.detach().reshape(-1))]).clone().DetachFromDisposeScope();
        Gradient = zeros_like(Values).DetachFromDisposeScope();
        Mean = zeros_like(Values).DetachFromDisposeScope();
        MeanSquare = zeros_like(Values).DetachFromDisposeScope();
        Average = keepAverage ? Values.clone().DetachFromDisposeScope() : null;
        (_views, _gradients) = (Views(Values), Views(Gradient));
        foreach (var view in _views.Concat(_gradients))
            view.DetachFromDisposeScope();
    }

    /// <summary>Decoupled weight decay.</summary>
    public double WeightDecay { get; }

    /// <summary>The parameters' values, [count].</summary>
    public Tensor Values { get; }

    /// <summary>The gradient gathered last, [count].</summary>
    public Tensor Gradient { get; }

    /// <summary>Running mean of the gradient, [count].</summary>
    public Tensor Mean { get; }

    /// <summary>Running mean of the squared gradient, [count].</summary>
    public Tensor MeanSquare { get; }

    /// <summary>Exponential moving average of the values, [count].</summary>
    public Tensor? Average { get; }

    /// <summary>Values and gradient of each parameter, in its shape; they share the memory of the flat tensors.</summary>
    public IEnumerable<(Tensor Values, Tensor Gradient)> Matrices => _views.Zip(_gradients);

    /// <summary>
    /// Copies the parameters' gradients, scaled, into <see cref="Gradient"/>, and clears them; a parameter without one counts as zero.
    /// </summary>
    public void GatherGradient(double scale)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        for (int i = 0; i < _parameters.Length; i++)
        {
            if (_parameters[i].grad is { } gradient)
                _gradients[i].copy_(gradient);
            else
                _gradients[i].zero_();
        }
        if (scale != 1)
            Gradient.mul_(scale);
        ClearGradients();
    }

    /// <summary>Forgets the parameters' gradients.</summary>
    public void ClearGradients()
    {
        foreach (var parameter in _parameters)
        {
            parameter.grad?.Dispose();
            parameter.grad = null;
        }
    }

    /// <summary>Writes <see cref="Values"/> back into the parameters.</summary>
    public void Scatter() => Scatter(_views);

    /// <summary>Writes the moving average into the parameters; <see cref="Scatter()"/> puts the values back.</summary>
    public void ScatterAverage()
    {
        if (Average is null)
            return;
        using var scope = NewDisposeScope();
        Scatter(Views(Average));
    }

    private void Scatter(Tensor[] views)
    {
        using var _ = no_grad();
        for (int i = 0; i < _parameters.Length; i++)
            _parameters[i].copy_(views[i]);
    }

    // a flat tensor's parts in the shapes of the parameters
    private Tensor[] Views(Tensor flat)
    {
        long at = 0;
        var views = new Tensor[_parameters.Length];
        for (int i = 0; i < views.Length; at += _parameters[i++].numel())
            views[i] = flat.narrow(0, at, _parameters[i].numel()).view(_parameters[i].shape);
        return views;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var view in _views.Concat(_gradients))
            view.Dispose();
        Values.Dispose();
        Gradient.Dispose();
        Mean.Dispose();
        MeanSquare.Dispose();
        Average?.Dispose();
    }
}
