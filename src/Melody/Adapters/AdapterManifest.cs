using System.Text.Json;
using Melody.Weights;

namespace Melody.Adapters;

/// <summary>What an adapter's file says about itself, as JSON in its metadata.</summary>
internal sealed record AdapterManifest
{
    /// <summary>The version that this program writes, and the newest that it reads.</summary>
    public const int CurrentVersion = 1;

    /// <summary>Of the file's layout.</summary>
    [Size(1, 1e6)]
    public required int FormatVersion { get; init; }

    /// <summary>What the adapter is called.</summary>
    public required string Name { get; init; }

    /// <summary>The model that it was trained on.</summary>
    public required string Model { get; init; }

    /// <summary>The hash of each part that it changes (<see cref="PartManifest.Hash"/>), by the part's name.</summary>
    public required IReadOnlyDictionary<string, string> Parts { get; init; }

    /// <summary>What the product of its factors is multiplied by at strength 1.</summary>
    [Size(0, 1e6)]
    public required double Scale { get; init; }

    /// <summary>How it was trained: an object that the trainer fills.</summary>
    public JsonElement? Training { get; init; }
}
