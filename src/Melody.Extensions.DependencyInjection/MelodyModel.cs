using Microsoft.Extensions.Options;

namespace Melody.Extensions.DependencyInjection;

/// <summary>The host's one model: loaded when it is first asked for, disposed of with the host.</summary>
/// <param name="options">Which model, and where it runs.</param>
public sealed class MelodyModel(IOptions<MelodyOptions> options)
{
    private readonly object _lock = new();
    private Task<MusicModel>? _loading;

    /// <summary>
    /// Loads the model without blocking; a host calls this while it starts, so that the first request does not wait. One that failed is
    /// tried again.
    /// </summary>
    /// <exception cref="MelodyException">The model is missing, damaged or too new, or the device is not there.</exception>
    public Task<MusicModel> LoadAsync()
    {
        lock (_lock)
        {
            if (_loading is null || _loading.IsFaulted)
            {
                var value = options.Value;
                _loading = MusicModel.LoadAsync(
                    value.ModelFolder,
                    new()
                    {
                        Device = value.Device,
                        Threads = value.Threads,
                        AllowUntrained = value.AllowUntrained,
                        Adapters = [.. value.Adapters],
                    }
                );
            }
            return _loading;
        }
    }

    // dependency injection has no way to wait without blocking; the work is on other threads
    internal MusicModel Get() => LoadAsync().GetAwaiter().GetResult();
}
