namespace Melody.Extensions.DependencyInjection;

/// <summary>
/// What <see cref="MelodyServices.AddMelody"/> loads and puts around it; bound from configuration where the host does so.
/// </summary>
public sealed class MelodyOptions
{
    /// <summary>The model's folder; null looks where <see cref="MusicModel.LoadAsync"/> looks.</summary>
    public string? ModelFolder { get; set; }

    /// <summary>Where the networks run.</summary>
    public ComputeDevice Device { get; set; } = ComputeDevice.Auto;

    /// <summary>Threads for the networks; null for libtorch's own choice.</summary>
    public int? Threads { get; set; }

    /// <summary>Whether a model that makes noise may be used.</summary>
    public bool AllowUntrained { get; set; }

    /// <summary>Adapters that lead the model towards other music (<see cref="MusicModelOptions.Adapters"/>).</summary>
    public IList<MusicAdapter> Adapters { get; } = [];

    /// <summary>Bytes of music that are remembered for calls with a seed; 0 for none.</summary>
    public long CacheBytes { get; set; }
}
