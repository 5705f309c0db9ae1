using System.Diagnostics;
using System.Security.Cryptography;
using Melody.Foundation;
using static TorchSharp.torch;

namespace Melody.Weights;

/// <summary>
/// Writes a model folder, or new parts into one. Everything goes to temporary names first; <see cref="Commit"/> renames
/// the parts and then the configuration. Disposed without it, the folder stays as it was. Several writers may add parts to
/// one folder at the same time.
/// </summary>
internal sealed class ModelFolderWriter : IDisposable
{
    private const string LockName = ".model.lock";
    private static readonly TimeSpan LongestTurn = TimeSpan.FromSeconds(20);

    private readonly string _folder,
        _name,
        _preset;
    private readonly bool _created,
        _keepsOthers;
    private readonly SortedDictionary<string, PartManifest> _parts = new(StringComparer.Ordinal);
    private readonly List<AtomicFile> _files = [];
    private bool _committed;

    private ModelFolderWriter(string folder, string name, string preset, bool keepsOthers)
    {
        (_folder, _name, _preset, _keepsOthers) = (folder, name, preset, keepsOthers);
        if (File.Exists(folder))
            throw new MelodyException($"'{folder}' is a file; give a folder for the model.");
        FolderContent.RequireFree(folder, FolderContent.ModelConfigName);
        _created = !Directory.Exists(folder);
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MelodyException($"The model folder '{folder}' cannot be made: {e.Message}", e);
        }
    }

    /// <summary>A new model; parts of an older one in that folder are forgotten.</summary>
    /// <param name="folder">Made when it is not there.</param>
    /// <param name="name">What the model is called.</param>
    /// <param name="preset">The preset whose sizes it has.</param>
    /// <exception cref="MelodyException">The folder cannot be written.</exception>
    public static ModelFolderWriter Create(string folder, string name, string preset) => new(folder, name, preset, keepsOthers: false);

    /// <summary>Goes on with the model in <paramref name="folder"/>, whose other parts stay as they are.</summary>
    /// <exception cref="MelodyException">There is no usable model.</exception>
    public static ModelFolderWriter Update(string folder)
    {
        var manifest = ModelFolder.Open(folder).Manifest;
        return new(folder, manifest.Name, manifest.Preset, keepsOthers: true);
    }

    /// <summary>Goes on with the model in <paramref name="folder"/>, or begins one.</summary>
    /// <param name="folder">Made when it is not there.</param>
    /// <param name="name">What a new model is called.</param>
    /// <param name="preset">The preset whose sizes a new model has.</param>
    /// <exception cref="MelodyException">The folder cannot be written, or holds a model that cannot be used.</exception>
    public static ModelFolderWriter UpdateOrCreate(string folder, string name, string preset) =>
        HasModel(folder) ? Update(folder) : new(folder, name, preset, keepsOthers: true);

    /// <summary>Adds or replaces a part.</summary>
    /// <param name="part">Its name.</param>
    /// <param name="config">Its configuration record.</param>
    /// <param name="module">Its network.</param>
    /// <param name="trained">Whether the weights have been trained.</param>
    /// <param name="matrixType">Stored type of parameters with two axes or more; null for the type they have.</param>
    /// <param name="training">How it was trained, a record with settable properties or a dictionary.</param>
    /// <param name="assets">Further files, by name.</param>
    /// <exception cref="MelodyException">The files cannot be written.</exception>
    public void SetPart(
        string part,
        object config,
        nn.Module module,
        bool trained,
        ScalarType? matrixType = ScalarType.Float32,
        object? training = null,
        IReadOnlyDictionary<string, byte[]>? assets = null
    )
    {
        var metadata = new Dictionary<string, string>
        {
            ["format"] = "pt",
            ["part"] = part,
            ["model"] = _name,
        };
        var weights = Write($"{part}.safetensors", stream => StateDictionary.Save(module, stream, matrixType, metadata));
        _parts[part] = new()
        {
            Config = ConfigJson.Write(config),
            Weights = weights,
            Trained = trained,
            Training = training is null ? null : ConfigJson.Write(training),
            Assets =
            [
                .. (assets ?? new Dictionary<string, byte[]>())
                    .OrderBy(a => a.Key, StringComparer.Ordinal)
                    .Select(a => Write(a.Key, stream => stream.Write(a.Value))),
            ],
        };
    }

    /// <summary>Gives the files their names, the configuration last.</summary>
    /// <exception cref="MelodyException">The files cannot be written.</exception>
    public void Commit()
    {
        using var turn = TakeTurn();
        // as it is now: making a part may have taken minutes, in which another writer added its own
        if (_keepsOthers && HasModel(_folder))
            foreach (var (name, part) in ModelFolder.Open(_folder).Manifest.Parts)
                _parts.TryAdd(name, part);
        var manifest = new ModelManifest
        {
            FormatVersion = ModelManifest.CurrentVersion,
            Name = _name,
            Preset = _preset,
            Trained = _parts.Count > 0 && _parts.Values.All(p => p.Trained),
            Parts = _parts,
        };
        using var config = AtomicFile.Create(Path.Combine(_folder, ModelFolder.ConfigName));
        AtomicFile.Translate(_folder, () =>
        {
            config.Stream.Write(ConfigJson.WriteText(manifest));
            return true;
        });
        foreach (var file in _files)
            file.Commit();
        config.Commit();
        _committed = true;
    }

    /// <summary>Removes what was not committed.</summary>
    public void Dispose()
    {
        foreach (var file in _files)
            file.Dispose();
        if (_committed || !_created)
            return;
        try
        {
            Directory.Delete(_folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { } // someone else uses it
    }

    private static bool HasModel(string folder) => File.Exists(Path.Combine(folder, ModelFolder.ConfigName));

    // one writer at a time between reading the configuration and replacing it, which takes milliseconds
    private FileStream TakeTurn()
    {
        var path = Path.Combine(_folder, LockName);
        var waiting = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            }
            catch (IOException e) when (e is not DirectoryNotFoundException && waiting.Elapsed < LongestTurn)
            {
                // a process that was killed in its turn leaves the file behind; of a file that is gone the time is in 1601
                var begun = File.GetLastWriteTimeUtc(path);
                if (begun.Year > 1601 && DateTime.UtcNow - begun > LongestTurn)
                    File.Delete(path);
                else
                    Thread.Sleep(20);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new MelodyException($"The model folder '{_folder}' cannot be written: {e.Message}", e);
            }
        }
    }

    private FileManifest Write(string name, Action<Stream> write)
    {
        var path = Path.Combine(_folder, name);
        var file = AtomicFile.Create(path);
        _files.Add(file);
        return AtomicFile.Translate(path, () =>
        {
            write(file.Stream);
            file.Stream.Flush();
            file.Stream.Position = 0;
            return new FileManifest(name, file.Stream.Length, Convert.ToHexStringLower(SHA256.HashData(file.Stream)));
        });
    }
}
