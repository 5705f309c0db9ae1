using Melody.Nn;
using static TorchSharp.torch;

namespace Melody;

/// <summary>
/// The networks' turn to work on this thread: their precision, no gradients, and nobody else in libtorch through this
/// library until it is disposed. Open and close it in one synchronous method.
/// </summary>
/// <remarks>
/// One at a time, because TorchSharp 0.107 hands native scalars to libtorch without keeping their owners alive: a
/// collection that another thread starts can free a scalar while a call still reads it (seen as a wrong scalar type under
/// load). A single generation already uses all cores.
/// </remarks>
internal readonly ref struct ModelUse
{
    private static readonly Lock Turn = new();

    private readonly ComputePrecision.Scope _precision;
    private readonly IDisposable _withoutGradients;

    private ModelUse(MusicModel model)
    {
        Turn.Enter();
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
        Turn.Exit();
    }
}
