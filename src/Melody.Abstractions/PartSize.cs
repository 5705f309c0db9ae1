namespace Melody;

/// <summary>A network and how large it is.</summary>
/// <param name="Name">As the tool calls it.</param>
/// <param name="Parameters">Trained numbers in it.</param>
public sealed record PartSize(string Name, long Parameters);
