using Melody.Fuzz.Readers;

namespace Melody.Fuzz;

/// <summary>Every reader of bytes that a user can give something to.</summary>
public static class ReaderList
{
    private const string Memory = "/dev/shm";

    private static readonly SortedDictionary<string, Func<string, Reader>> All = new(StringComparer.Ordinal)
    {
        ["wav"] = _ => SoundReaders.Wav(),
        ["flac"] = _ => SoundReaders.Flac(),
        ["ogg-flac"] = _ => SoundReaders.OggFlac(),
        ["opus"] = _ => SoundReaders.Opus(),
        ["vorbis"] = _ => SoundReaders.Vorbis(),
        ["mp3"] = _ => SoundReaders.Mp3(),
        ["midi"] = _ => ScoreReaders.Midi(),
        ["score-list"] = ScoreReaders.List,
        ["captions-csv"] = folder => TableReaders.Captions(folder, ".csv"),
        ["captions-tsv"] = folder => TableReaders.Captions(folder, ".tsv"),
        ["captions-jsonl"] = folder => TableReaders.Captions(folder, ".jsonl"),
        ["safetensors"] = ModelReaders.Safetensors,
        ["safetensors-header"] = ModelReaders.Header,
        ["model-config"] = ModelReaders.Config,
        ["vocabulary"] = _ => ModelReaders.Vocabulary(),
        ["adapter"] = ModelReaders.Adapter,
        ["latents"] = ModelReaders.Latents,
        ["corpus-plan"] = CorpusReaders.Plan,
        ["corpus-records"] = CorpusReaders.Records,
        ["corpus-hashes"] = CorpusReaders.Hashes,
        ["encoded-plan"] = EncodedReaders.Plan,
        ["encoded-shard"] = EncodedReaders.Shard,
        ["encoded-hash"] = EncodedReaders.Hash,
        ["checkpoint"] = TrainingReaders.Checkpoint,
        ["word-vectors"] = TrainingReaders.WordVectors,
        ["preset"] = PresetReaders.Sizes,
        ["train-options"] = PresetReaders.Options,
        ["train-changes"] = PresetReaders.Changes,
        ["endless-state"] = _ => EndlessReaders.State(),
        ["recipe"] = _ => TextReaders.Recipe(),
        ["prompt"] = _ => TextReaders.Prompt(),
    };

    /// <summary>Their names.</summary>
    public static IReadOnlyCollection<string> Names => All.Keys;

    /// <summary>A reader, ready to be given inputs.</summary>
    /// <exception cref="MelodyException">There is no such reader.</exception>
    public static OpenReader Open(string name)
    {
        if (!All.TryGetValue(name, out var make))
            throw new MelodyException($"There is no reader '{name}'; choose from {string.Join(", ", Names)}.");
        // files in memory, where there is such a place: an input is read in less time than a disk takes for it
        var folder = Directory.Exists(Memory)
            ? Directory.CreateDirectory(Path.Combine(Memory, $"melody-fuzz-{Guid.NewGuid():N}")).FullName
            : Directory.CreateTempSubdirectory("melody-fuzz-").FullName;
        return new(make(folder) with { Name = name }, folder);
    }
}
