using System.Globalization;
using System.IO.MemoryMappedFiles;

namespace Melody.Fuzz;

/// <summary>
/// Keeps the input that is being read in a mapped file, so that it is there should the process die of it, and writes those that failed. A
/// run
/// that ends takes the file away; one that is found at the start is of a run that died, and is told.
/// </summary>
internal sealed class LastInput : IDisposable
{
    private const int Capacity = 4 << 20;

    private readonly string _folder,
        _path;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    public LastInput(string folder, string name)
    {
        _folder = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
        _path = Path.Combine(_folder, "last-input");
        if (File.Exists(_path))
        {
            var died = Path.Combine(_folder, $"died-{DateTime.UtcNow.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}.bin");
            var kept = File.ReadAllBytes(_path);
            File.WriteAllBytes(died, kept[4..(4 + Math.Clamp(BitConverter.ToInt32(kept), 0, kept.Length - 4))]);
            Console.WriteLine($"an earlier run of {name} died of {died}");
        }
        _file = MemoryMappedFile.CreateFromFile(_path, FileMode.Create, null, Capacity);
        _view = _file.CreateViewAccessor();
    }

    /// <summary>Takes the place of the one before.</summary>
    public void Keep(byte[] input)
    {
        int length = Math.Min(input.Length, Capacity - 4);
        _view.Write(0, length);
        _view.WriteArray(4, input, 0, length);
    }

    /// <summary>Writes an input that failed, and what happened beside it.</summary>
    /// <returns>Its path.</returns>
    public string Write(Report report, Finding finding)
    {
        var path = Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{report.Seed}-{finding.Number}.bin"));
        File.WriteAllBytes(path, finding.Input);
        File.WriteAllText(Path.ChangeExtension(path, ".txt"), $"{report}\n{finding.Kind}\n{finding.Details}\n");
        return path;
    }

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
        File.Delete(_path);
    }
}
