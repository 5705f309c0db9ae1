using Melody.Audio;
using Melody.Training.Data;

namespace Melody.Evaluation.Comparison;

/// <summary>A folder of sounds that were made before: the file of a prompt has its name, with any ending of a sound file.</summary>
internal sealed class ComparedFolder : IComparedSide
{
    private readonly Dictionary<string, string> _files;
    private readonly string _folder;

    /// <param name="folder">Only its own files are looked at, not those in folders below it.</param>
    /// <exception cref="MelodyException">It does not exist, or two files have one name.</exception>
    public ComparedFolder(string folder)
    {
        _folder = folder;
        if (!Directory.Exists(folder))
            throw new MelodyException($"The folder '{folder}' does not exist; give two models, or two folders of sounds.");
        var files = Directory
            .EnumerateFiles(folder)
            .Where(AudioFolder.IsAudio)
            .Order(StringComparer.Ordinal)
            .GroupBy(file => Path.GetFileNameWithoutExtension(file))
            .ToList();
        if (files.Find(same => same.Count() > 1) is { } twice)
            throw new MelodyException($"The folder '{folder}' has several sounds of the name '{twice.Key}'; keep one of them.");
        _files = files.ToDictionary(file => file.Key, file => file.Single());
    }

    /// <inheritdoc/>
    public string Name => _folder;

    /// <summary>Prompts of the sounds that both folders have: the words that a file was made with, else its name.</summary>
    /// <exception cref="MelodyException">They have none in common.</exception>
    public IReadOnlyList<ComparedPrompt> CommonWith(ComparedFolder other)
    {
        List<ComparedPrompt> common =
        [
            .. _files
                .Keys.Where(other._files.ContainsKey)
                .Order(StringComparer.Ordinal)
                .Select(name => new ComparedPrompt(name, WordsOf(name), 0, null)),
        ];
        return common.Count > 0
            ? common
            : throw new MelodyException(
                $"No sound of '{_folder}' has the name of one of '{other._folder}'; give equal names to what answers the same prompt."
            );
    }

    /// <summary>Refuses prompts of which one has no sound here.</summary>
    /// <exception cref="MelodyException">Says which.</exception>
    public void Require(IReadOnlyList<ComparedPrompt> prompts)
    {
        foreach (var prompt in prompts)
            FileOf(prompt);
    }

    /// <inheritdoc/>
    public AudioClip Get(ComparedPrompt prompt, CancellationToken cancellation) => AudioClip.Read(FileOf(prompt));

    /// <inheritdoc/>
    public void Close() { }

    private string WordsOf(string name) => GenerationRecipe.FromAny(AudioClip.ReadMetadata(_files[name]).Recipe)?.Prompt ?? name;

    private string FileOf(ComparedPrompt prompt) =>
        _files.TryGetValue(prompt.Name, out var file)
            ? file
            : throw new MelodyException($"The folder '{_folder}' has no sound of the name '{prompt.Name}'.");
}
