using static TorchSharp.torch;

namespace Melody.Runtime;

/// <summary>
/// The networks' turn to work on this thread: their precision, no gradients, and nobody else in libtorch through this
/// library until it is disposed. Open and close it in one synchronous method. What the public face does goes through
/// <c>MusicModel.WorkAsync</c>, which takes the turn on the <see cref="NetworkThread"/>.
/// </summary>
/// <remarks>One at a time: a single generation already uses all cores.</remarks>
internal readonly ref struct ModelUse
{
    private static readonly Lock Turn = new();

    private readonly ComputePrecision.Scope _precision;
    private readonly IDisposable _withoutGradients;

    private ModelUse(ScalarType precision)
    {
        Turn.Enter();
        _precision = ComputePrecision.Use(precision);
        _withoutGradients = no_grad();
    }

    /// <summary>Waits for the turn.</summary>
    /// <param name="precision">Of products while it lasts.</param>
    public static ModelUse Of(ScalarType precision) => new(precision);

    /// <summary>Passes the turn on.</summary>
    public void Dispose()
    {
        _withoutGradients.Dispose();
        _precision.Dispose();
        Turn.Exit();
    }
}
