using Melody.Audio;
using Melody.Corpus.Records;
using Melody.Generation;
using Melody.Models;
using Melody.Training.Data;
using Melody.Training.Encoded;
using Melody.Training.Setup;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Training.FineTuning;

/// <summary>
/// The same prompts and seeds by the model as it was and with the adapter, and how near both are to the music that was learned from: the
/// cosine with the mean of its windows in the model's own joint embedding.
/// </summary>
/// <param name="request">Model, adapter and length.</param>
/// <param name="corpus">The prompts and the windows.</param>
/// <param name="log">Reports how far it is.</param>
internal sealed class BeforeAndAfter(FineTuningRequest request, FineTuningCorpus corpus, IFineTuningLog log)
{
    private float[]? _centre;

    /// <summary>Makes the samples beside the adapter.</summary>
    /// <exception cref="MelodyException">A file cannot be written.</exception>
    public async Task<IReadOnlyList<SamplePair>> MakeAsync(string folder, CancellationToken cancellation)
    {
        if (request.SampleSeconds <= 0 || corpus.Prompts.Count == 0)
            return [];
        Foundation.AtomicFile.Translate(folder, () => Directory.CreateDirectory(folder));
        var before = await MakeAsync(folder, "before", [], cancellation).ConfigureAwait(false);
        var after = await MakeAsync(folder, "after", [new(request.Output)], cancellation).ConfigureAwait(false);
        return
        [
            .. before
                .Zip(after)
                .Select(
                    (pair, i) =>
                        new SamplePair(
                            corpus.Prompts[i],
                            SeedOf(i),
                            pair.First.File,
                            pair.Second.File,
                            pair.First.Likeness,
                            pair.Second.Likeness
                        )
                ),
        ];
    }

    private long SeedOf(int number) => request.Seed + number;

    private async Task<List<(string File, double Likeness)>> MakeAsync(
        string folder,
        string when,
        IReadOnlyList<MusicAdapter> adapters,
        CancellationToken cancellation
    )
    {
        using var model = await MusicModel
            .LoadAsync(
                request.Model,
                new()
                {
                    Device = request.Device,
                    Threads = request.Threads,
                    AllowUntrained = request.AllowUntrained,
                    Adapters = adapters,
                },
                cancellation
            )
            .ConfigureAwait(false);
        _centre ??= await model.WorkAsync(_ => Centre(model), cancellation).ConfigureAwait(false);
        var generator = new MusicGenerator(model);
        var made = new List<(string File, double Likeness)>();
        foreach (var prompt in corpus.Prompts)
        {
            log.Progress("samples", (made.Count + (adapters.Count > 0 ? corpus.Prompts.Count : 0)) / (2.0 * corpus.Prompts.Count));
            var options = new GenerationOptions { Seconds = request.SampleSeconds, Seed = SeedOf(made.Count) };
            var result = await generator
                .GenerateAsync(MusicPrompt.FromText(prompt), options, cancellation: cancellation)
                .ConfigureAwait(false);
            var file = Path.Combine(folder, $"{made.Count + 1}-{when}.wav");
            result.Audio.Write(file, new() { Metadata = result.Recipe.ToMetadata() });
            made.Add((file, await model.WorkAsync(_ => Likeness(model, result.Audio), cancellation).ConfigureAwait(false)));
        }
        return made;
    }

    private double Likeness(MusicModel model, AudioClip music)
    {
        using var scope = NewDisposeScope();
        var heard = model.Networks.JointEmbedding.EmbedAudio(SoundTensor.ForEmbedding(music, model)).cpu().to_type(ScalarType.Float32);
        return Math.Round(nn.functional.cosine_similarity(heard, tensor(_centre!, [1, _centre!.Length]), 1).item<float>(), 4);
    }

    private float[] Centre(MusicModel model)
    {
        var folder = ModelFolder.Open(request.Model);
        using var encoded = EncodedCorpus.Open(corpus.Folder, PartHash.OfEncoding(folder, [Parts.JointEmbedding]));
        using var scope = NewDisposeScope();
        var vectors = encoded
            .WindowsOf(DatasetSplit.Train)
            .Concat(encoded.WindowsOf(DatasetSplit.Validation))
            .Select(window => model.Networks.VectorOf(encoded.AudioPrefix(window)).cpu().to_type(ScalarType.Float32))
            .ToList();
        return cat(vectors).mean([0L]).data<float>().ToArray();
    }
}
