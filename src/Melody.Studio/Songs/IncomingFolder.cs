namespace Melody.Studio.Songs;

/// <summary>Where uploads lie while they arrive.</summary>
/// <param name="Path">A folder of this process alone.</param>
internal sealed record IncomingFolder(string Path);
