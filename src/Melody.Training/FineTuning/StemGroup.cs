using Melody.Audio;
using Melody.Corpus.Import;

namespace Melody.Training.FineTuning;

/// <summary>
/// Recordings that are one song: stems of one length are mixed again ("Feelings/guitar.ogg" and "Feelings/song.ogg"), and where the mix
/// lies beside its stems it alone is taken.
/// </summary>
/// <param name="Name">Path of the song within the folder, with slashes and an ending.</param>
/// <param name="Files">Its stems; one file for a recording that is whole.</param>
internal sealed record StemGroup(string Name, IReadOnlyList<ImportFile> Files)
{
    // seconds by which the lengths of stems may differ
    private const double Tolerance = 1;

    // names of a file beside stems that is everything but them, or everything
    private static readonly HashSet<string> Rests = new(["song", "backing", "rest", "band"], StringComparer.Ordinal);
    private static readonly HashSet<string> Mixes = new(["mix", "mixture", "mixdown", "master", "full"], StringComparer.Ordinal);

    /// <summary>Finds the songs among the recordings of a folder.</summary>
    public static IReadOnlyList<StemGroup> Of(IEnumerable<ImportFile> files) =>
        [.. files.GroupBy(SongOf, StringComparer.Ordinal).SelectMany(song => Divide([.. song]))];

    /// <summary>The stems as one sound, no louder than full scale.</summary>
    /// <exception cref="MelodyException">A file cannot be read, or the lengths differ after all.</exception>
    public AudioClip Mix()
    {
        var clips = Files.Select(file => AudioClip.Read(file.Path)).ToList();
        int rate = clips.Max(clip => clip.SampleRate),
            channels = Math.Min(2, clips.Max(clip => clip.Channels));
        clips = clips.ConvertAll(clip => clip.Resample(rate));
        if (clips.Max(clip => clip.Seconds) - clips.Min(clip => clip.Seconds) > Tolerance)
            throw new MelodyException(
                $"'{Files[0].Name}' and the other stems of '{Name}' differ in length by more than a second; mix them yourself, or give "
                    + $"them names of their own."
            );
        var mixed = new float[clips.Max(clip => clip.Frames) * channels];
        foreach (var clip in clips)
            for (int frame = 0; frame < clip.Frames; frame++)
            for (int c = 0; c < channels; c++)
                mixed[frame * channels + c] += clip.Samples[frame * clip.Channels + Math.Min(c, clip.Channels - 1)];
        float peak = mixed.Length == 0 ? 0 : mixed.Max(Math.Abs);
        for (int n = 0; peak > 1 && n < mixed.Length; n++)
            mixed[n] /= peak;
        return AudioClip.Adopt(mixed, rate, channels);
    }

    // a file whose name is nothing but that of a stem, or of the rest, belongs to its folder
    private static string SongOf(ImportFile file)
    {
        var bare = Path.GetFileNameWithoutExtension(file.Name).ToLowerInvariant();
        bool nameless = Rests.Contains(bare) || Mixes.Contains(bare) || SongName.Of($"x/{Path.GetFileName(file.Name)}") == "x";
        return nameless ? $"{FolderOf(file.Name).ToLowerInvariant()}/" : SongName.Of(file.Name);
    }

    private static IEnumerable<StemGroup> Divide(List<ImportFile> song)
    {
        // numbered files are parts of a song and not its stems
        if (
            song.Count < 2
            || song.Max(file => file.Seconds) - song.Min(file => file.Seconds) > Tolerance
            || song.Exists(file => char.IsDigit(Path.GetFileNameWithoutExtension(file.Name)[^1]))
        )
            return song.Select(file => new StemGroup(file.Name, [file]));
        if (song.Find(file => Mixes.Contains(LastWord(file))) is { } whole)
            return [new StemGroup(whole.Name, [whole])];
        var (name, folder) = (song[0].Name, FolderOf(song[0].Name));
        bool named = SongOf(song[0]).EndsWith('/');
        return [new StemGroup(named ? (folder.Length > 0 ? folder : "song") + ".wav" : Path.ChangeExtension(name, ".wav"), song)];
    }

    private static string FolderOf(string name) => name[..Math.Max(0, name.LastIndexOf('/'))];

    private static string LastWord(ImportFile file) =>
        Path.GetFileNameWithoutExtension(file.Name).ToLowerInvariant().Split(' ', '_', '-', '(', ')', '.').Last(word => word.Length > 0);
}
