using System.Text.Json;
using Melody.Corpus.Composition;
using Melody.Corpus.Records;
using Melody.Foundation;

namespace Melody.Corpus.Storage;

/// <summary>
/// What a corpus is made of, kept in <c>corpus.json</c> of its folder: whatever decides a byte of a shard stands here,
/// so a run that goes on with a corpus makes the same shards as the run that began it.
/// </summary>
internal sealed record CorpusPlan
{
    /// <summary>The name of the file.</summary>
    public const string FileName = FolderContent.CorpusPlanName;

    /// <summary>Version of the layout.</summary>
    public int Format { get; init; } = 1;

    /// <summary>
    /// Version of what composes, produces and describes: it rises with every change that alters a note, a sound or a
    /// word, so that a corpus that was begun with one version is not continued with another.
    /// </summary>
    public const int CurrentContentVersion = 7;

    /// <summary>The <see cref="CurrentContentVersion"/> that made the corpus; 0 for corpora from before it was kept.</summary>
    public int ContentVersion { get; init; }

    /// <summary>Where the music comes from.</summary>
    public required CorpusKind Kind { get; init; }

    /// <summary>The integer that everything random follows from.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Samples a second, Hz.</summary>
    public int SampleRate { get; init; } = 24_000;

    /// <summary>1 or 2.</summary>
    public int Channels { get; init; } = 1;

    /// <summary>The files of sound.</summary>
    public ShardFormat AudioFormat { get; init; }

    /// <summary>Pieces in a shard of a composed corpus; an import deals its files out by their length.</summary>
    public int PiecesPerShard { get; init; } = 15;

    /// <summary>Length of a window, seconds.</summary>
    public double WindowSeconds { get; init; } = 10;

    /// <summary>The sound fonts by name, with their licences and hashes.</summary>
    public IReadOnlyList<FontRecord> SoundFonts { get; init; } = [];

    /// <summary>Programs and libraries that shape the result, with their versions, e.g. "FluidSynth 2.3.1".</summary>
    public IReadOnlyList<string> Tools { get; init; } = [];

    /// <summary>Mean length of a composed piece, seconds.</summary>
    public double PieceSeconds { get; init; } = 40;

    /// <summary>The kinds of pieces of a composed corpus, where it has not all of them.</summary>
    public IReadOnlyList<PieceKind>? Kinds { get; init; }

    /// <summary>For an import: a hash over the list of files with their sizes and captions.</summary>
    public string? InputSha256 { get; init; }

    /// <summary>What the pieces of a composed corpus are composed from.</summary>
    /// <param name="scores">The folder of MIDI scores, which the plan knows by its hash alone; null to do without.</param>
    public CompositionOptions Composition(string? scores) =>
        new()
        {
            Seed = Seed,
            PieceSeconds = PieceSeconds,
            ScoreFolder = scores,
            UseMma = Tools.Any(tool => tool.StartsWith("MMA", StringComparison.Ordinal)),
            Kinds = Kinds ?? [],
        };

    /// <summary>Throws where a value is out of range.</summary>
    /// <exception cref="MelodyException">A value is out of range.</exception>
    public void Validate()
    {
        new Rendering.RenderSettings { SampleRate = SampleRate, Channels = Channels }.Validate();
        if (PiecesPerShard is < 1 or > 10_000)
            throw new MelodyException($"A shard of {PiecesPerShard} pieces is outside 1..10000.");
        if (WindowSeconds is not (>= 1 and <= 600))
            throw new MelodyException($"A window of {WindowSeconds} s is outside 1..600.");
        if (PieceSeconds is not (> 0 and <= 100_000))
            throw new MelodyException($"Pieces of {PieceSeconds} s are outside 0..100000 s.");
        if (SoundFonts.Contains(null!) || Tools.Contains(null!))
            throw new MelodyException("A list of the corpus' plan (soundFonts or tools) holds null; make the corpus again.");
    }

    /// <summary>Writes the plan into a folder, or checks that the folder holds a corpus with the same plan.</summary>
    /// <exception cref="MelodyException">The folder holds a corpus that was made in another way.</exception>
    public void Claim(string folder)
    {
        FolderContent.RequireFree(folder, FileName);
        AtomicFile.Translate(folder, () => Directory.CreateDirectory(folder));
        string path = Path.Combine(folder, FileName);
        string text = JsonSerializer.Serialize(this, CorpusJson.Options);
        if (!File.Exists(path))
        {
            AtomicFile.WriteText(path, text);
            return;
        }
        var old = Read(folder);
        if (old.ContentVersion != ContentVersion)
            throw new MelodyException(
                $"'{folder}' holds a corpus whose music and captions follow version {old.ContentVersion} of Melody's rules, and "
                    + $"this is version {ContentVersion}; give another folder, or delete it."
            );
        if (!old.Tools.SequenceEqual(Tools))
            throw new MelodyException(
                $"'{folder}' holds a corpus made with {string.Join(", ", old.Tools)}, and now it would be "
                    + $"{string.Join(", ", Tools)}; give another folder, or delete it."
            );
        if (JsonSerializer.Serialize(old, CorpusJson.Options) != text)
            throw new MelodyException(
                $"'{folder}' holds a corpus made with another seed, other settings or other sound fonts; give another folder, or delete it."
            );
    }

    /// <summary>The plan of the corpus in a folder.</summary>
    /// <exception cref="MelodyException">There is no corpus.</exception>
    public static CorpusPlan Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            throw new MelodyException($"'{folder}' holds no corpus (no {FileName}); make one with 'melody corpus build'.");
        CorpusPlan plan;
        try
        {
            plan = JsonSerializer.Deserialize<CorpusPlan>(File.ReadAllBytes(path), CorpusJson.Options)
                ?? throw new MelodyException($"'{path}' is empty; make the corpus again.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new MelodyException($"'{path}' is damaged ({e.Message}); make the corpus again.", e);
        }
        if (plan.Format != 1)
            throw new MelodyException($"'{path}' is of format {plan.Format}, and this version reads format 1.");
        plan.Validate();
        return plan;
    }
}

/// <summary>A sound font that plays in a corpus.</summary>
internal sealed record FontRecord(string Name, string Licence, string Source, string Sha256);
