namespace Melody.Fuzz;

/// <summary>A reader with the folder that it works in, which goes with it.</summary>
/// <param name="reader">The reader.</param>
/// <param name="folder">Its files.</param>
public sealed class OpenReader(Reader reader, string folder) : IDisposable
{
    /// <summary>The reader.</summary>
    public Reader Reader => reader;

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(folder, recursive: true);
}
