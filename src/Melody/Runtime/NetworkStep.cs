namespace Melody.Runtime;

/// <summary>The moment between two steps of a network: no native call is under way, and nothing is half done.</summary>
internal static class NetworkStep
{
    /// <summary>Ends the work where that was asked for, and lets finalizers run that have waited for long.</summary>
    /// <exception cref="OperationCanceledException">It was.</exception>
    public static void Begin(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        FinalizerPause.RenewWhenDue();
    }
}
