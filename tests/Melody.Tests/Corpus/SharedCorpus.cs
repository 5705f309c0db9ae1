namespace Melody.Tests.Corpus;

/// <summary>The collection of real scores that may lie beside the repository.</summary>
internal static class SharedCorpus
{
    /// <summary>Its folder, or null where it is absent. Looked for as <c>shared/corpus</c> beside any folder above the tests.</summary>
    public static string? Folder { get; } = Find();

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared", "corpus");
            if (File.Exists(Path.Combine(candidate, "manifest.csv")))
                return candidate;
        }
        return null;
    }
}
