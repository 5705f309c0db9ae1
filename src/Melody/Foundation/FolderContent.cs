namespace Melody.Foundation;

/// <summary>What a folder that Melody wrote holds, told by the plan in it. A folder holds one kind only.</summary>
internal static class FolderContent
{
    /// <summary>The file of a corpus' plan.</summary>
    public const string CorpusPlanName = "corpus.json";

    /// <summary>The file of an encoded corpus' plan.</summary>
    public const string EncodedPlanName = "encoded.json";

    /// <summary>The file that lists a model's parts.</summary>
    public const string ModelConfigName = "config.json";

    private static readonly (string File, string Kind)[] Plans =
    [
        (CorpusPlanName, "a corpus"),
        (EncodedPlanName, "an encoded corpus"),
        (ModelConfigName, "a model"),
    ];

    /// <summary>Fails with a sentence where a folder holds the plan of another kind: what is written would replace its files.</summary>
    /// <param name="folder">Where something is to be written.</param>
    /// <param name="own">The plan file of what is to be written; null for plain files, which go into no such folder.</param>
    /// <exception cref="MelodyException">The folder holds something else.</exception>
    public static void RequireFree(string folder, string? own)
    {
        foreach (var (file, kind) in Plans)
            if (file != own && File.Exists(Path.Combine(folder, file)))
                throw new MelodyException($"'{folder}' holds {kind} ({file}), which would be damaged; give another folder.");
    }
}
