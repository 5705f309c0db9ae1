using System.Text;
using Melody.Foundation;

namespace Melody.Training.FineTuning;

/// <summary>The words in the name of a file that may say what the music is: "03 - Boss_Fight (final mix).ogg" -> "boss fight".</summary>
internal static class NameWords
{
    private static readonly HashSet<string> Empty = new(
        [
            "audio",
            "bounce",
            "clip",
            "copy",
            "demo",
            "export",
            "file",
            "final",
            "flac",
            "full",
            "loop",
            "master",
            "mastered",
            "mix",
            "mixdown",
            "mixed",
            "mp3",
            "music",
            "new",
            "ogg",
            "part",
            "rec",
            "recording",
            "render",
            "sample",
            "session",
            "song",
            "sound",
            "take",
            "test",
            "track",
            "unknown",
            "untitled",
            "ver",
            "version",
            "wav",
        ],
        StringComparer.Ordinal
    );

    /// <summary>The words; null where the name says nothing.</summary>
    /// <param name="path">Path within the folder, with slashes.</param>
    public static string? Of(string path)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        foreach (char c in ComposedText.Of(Path.GetFileNameWithoutExtension(path)).ToLowerInvariant().Append(' '))
        {
            if (char.IsLetter(c) || (c == '\'' && word.Length > 0))
                word.Append(c);
            else if (word.Length > 0)
            {
                words.Add(word.ToString().TrimEnd('\''));
                word.Clear();
            }
        }
        words.RemoveAll(found => Empty.Contains(found) || found.Length < 2);
        return words.Any(found => found.Length > 2) ? string.Join(' ', words) : null;
    }
}
