using System.Text;
using Melody.Foundation;

namespace Melody.Corpus.Import;

/// <summary>
/// Which song a file belongs to, told by its path: stems ("song (drums).wav", "song_vocals.wav", "song/bass.wav"),
/// mixes and numbered parts ("song part 2.wav") of one song have one name, so that they stay in one split.
/// </summary>
internal static class SongName
{
    private static readonly HashSet<string> Stems = new(StringComparer.Ordinal)
    {
        "acapella",
        "accompaniment",
        "acoustic",
        "backing",
        "bass",
        "brass",
        "choir",
        "chords",
        "clean",
        "di",
        "drum",
        "drums",
        "dry",
        "fx",
        "guitar",
        "guitars",
        "instrumental",
        "keys",
        "l",
        "lead",
        "left",
        "low",
        "master",
        "mastered",
        "melody",
        "mix",
        "mixdown",
        "mixture",
        "mono",
        "no",
        "organ",
        "other",
        "pad",
        "percussion",
        "piano",
        "r",
        "remaster",
        "remastered",
        "remix",
        "residuals",
        "rhythm",
        "right",
        "sfx",
        "stem",
        "stems",
        "stereo",
        "strings",
        "synth",
        "vocal",
        "vocals",
        "voice",
        "vox",
        "wet",
        "woodwinds",
    };

    private static readonly HashSet<string> Parts = new(StringComparer.Ordinal)
    {
        "chunk",
        "clip",
        "excerpt",
        "part",
        "pt",
        "segment",
        "stem",
        "take",
        "v",
        "ver",
        "version",
    };

    /// <summary>The name of the song: the folder and the words of the file's name, without those of a stem or a part.</summary>
    /// <param name="path">Path within the imported folder, with slashes.</param>
    public static string Of(string path)
    {
        var (folder, words) = (FolderOf(path), WordsOf(Path.GetFileNameWithoutExtension(path)));
        int kept = words.Count;
        for (int before = -1; before != kept; )
        {
            before = kept;
            if (kept > 0 && Stems.Contains(words[kept - 1]))
                kept--;
            else if (kept > 1 && IsNumber(words[kept - 1]) && (Parts.Contains(words[kept - 2]) || Stems.Contains(words[kept - 2])))
                kept -= 2;
        }
        if (kept > 0)
            return Join(folder, string.Join(' ', words.Take(kept)));
        // nothing but a stem's name: the folder is the song. At the top, or as a numbered clip, the file stands alone.
        return folder.Length > 0 && words.Count > 0 && words.Exists(word => Stems.Contains(word) && word != "stem")
            ? folder
            : Join(folder, string.Join(' ', words));
    }

    // folders that hold the stems of a song apart ("song/stems/bass.wav") say nothing themselves
    private static string FolderOf(string path)
    {
        var folders = ComposedText.Of(path).ToLowerInvariant().Split('/')[..^1].ToList();
        while (folders is [.., var last] && (last == "stems" || last == "stem"))
            folders.RemoveAt(folders.Count - 1);
        return string.Join('/', folders);
    }

    // letters and digits make words; where a letter meets a digit a word ends ("part2")
    private static List<string> WordsOf(string name)
    {
        var words = new List<StringBuilder>();
        char last = ' ';
        foreach (char c in ComposedText.Of(name).ToLowerInvariant())
        {
            if (char.IsLetterOrDigit(c) || char.IsSurrogate(c) || c == '\'')
            {
                if (
                    words.Count == 0
                    || !(char.IsLetterOrDigit(last) || char.IsSurrogate(last) || last == '\'')
                    || char.IsDigit(c) != char.IsDigit(last)
                )
                    words.Add(new());
                words[^1].Append(c);
            }
            last = c;
        }
        return words.ConvertAll(word => word.ToString());
    }

    private static bool IsNumber(string word) => word.All(char.IsDigit);

    private static string Join(string folder, string name) => folder.Length > 0 ? folder + "/" + name : name;
}
