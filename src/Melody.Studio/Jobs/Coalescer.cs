namespace Melody.Studio.Jobs;

/// <summary>
/// Work that many ask for at once and that is done once for all of them: whoever asks gets a run that began after asking.
/// </summary>
/// <param name="work">The work; one run at a time.</param>
internal sealed class Coalescer(Func<Task> work)
{
    private readonly Lock _lock = new();
    private Task _current = Task.CompletedTask;
    private Task? _next;

    /// <summary>Completed once the work was done after this call.</summary>
    public Task RunAsync()
    {
        lock (_lock)
            return _next ??= Task.Run(() => AfterAsync(_current));
    }

    private async Task AfterAsync(Task before)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_lock)
            (_current, _next) = (_next!, null);
        await work().ConfigureAwait(false);
    }
}
