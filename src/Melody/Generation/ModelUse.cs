using Melody.Runtime;
using static TorchSharp.torch;

namespace Melody.Generation;

/// <summary>
/// The networks' turn to work on this thread: their precision, no gradients, and nobody else in libtorch through this
/// library until it is disposed. Open and close it in one synchronous method. What the public face does goes through
/// <see cref="MusicModel.WorkAsync"/>, which takes the turn on the <see cref="NetworkThread"/>.
/// </summary>
/// <remarks>One at a time: a single generation already uses all cores, and <see cref="FinalizerPause"/> guards one thread.</remarks>
internal readonly ref struct ModelUse
{
    private static readonly Lock Turn = new();

    private readonly ComputePrecision.Scope _precision;
    private readonly IDisposable _withoutGradients;
    private readonly FinalizerPause.Scope _pause;

    private ModelUse(MusicModel model)
    {
        Turn.Enter();
        _pause = FinalizerPause.Begin();
        _precision = ComputePrecision.Use(model.Precision);
        _withoutGradients = no_grad();
    }

    /// <summary>Waits for the turn.</summary>
    public static ModelUse Of(MusicModel model) => new(model);

    /// <summary>Passes the turn on.</summary>
    public void Dispose()
    {
        _withoutGradients.Dispose();
        _precision.Dispose();
        _pause.Dispose();
        Turn.Exit();
    }
}
