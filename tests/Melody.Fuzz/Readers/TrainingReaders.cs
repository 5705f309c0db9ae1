using System.Text;
using System.Text.Json;
using Melody.Training.Loop;
using Melody.Training.WordVectors;
using static TorchSharp.torch;

namespace Melody.Fuzz.Readers;

/// <summary>What a training goes on from.</summary>
internal static class TrainingReaders
{
    public static Reader Checkpoint(string folder)
    {
        var state = new CheckpointState
        {
            Step = 5,
            Batches = 5,
            Seed = 1,
            TotalSteps = 10,
            Updates = new Dictionary<string, long> { ["g"] = 5 },
            Skipped = 0,
            Seconds = 1.5,
            Configuration = "c",
        };
        var path = Path.Combine(folder, "step-000000005.safetensors");
        return new(
            "",
            [Bytes.Text(JsonSerializer.Serialize(state))],
            ["null", "\"Step\":-1", "\"Updates\":null", "{}", "\"g\":-1"],
            true,
            bytes =>
            {
                var metadata = new Dictionary<string, string> { ["state"] = Encoding.Latin1.GetString(bytes) };
                File.WriteAllBytes(path, Bytes.Tensors(new() { ["g.w.values"] = zeros(4), ["g.w.mean"] = zeros(4) }, metadata));
                using var values = zeros(4);
                using var mean = zeros(4);
                var read = new CheckpointStore(folder).Load(
                    new Dictionary<string, Tensor> { ["g.w.values"] = values, ["g.w.mean"] = mean }
                );
                DefectException.Unless(
                    read is { Step: >= 0, Batches: >= 0, Updates: not null, Configuration: not null } && double.IsFinite(read.Seconds),
                    "a state that cannot be"
                );
            }
        );
    }

    public static Reader WordVectors(string folder)
    {
        var path = Path.Combine(folder, "vectors.json");
        var seed = Bytes.Text(
            "{\"precision\":6,\"dimensions\":3,\"unkVector\":[0,0,0,1,0],\"size\":2,\"words\":[\"the\",\"of\"],"
                + "\"vectors\":{\"the\":[0.1,0.2,0.3,1,0],\"of\":[1,2,3,4,1],\",\":[1,2,3,4,2]}}"
        );
        return new("", [seed], ["\"dimensions\":2147483647", "\"dimensions\":-1", "\"the\":[1,2,3],", "\"vectors\":{"], true, bytes =>
        {
            File.WriteAllBytes(path, bytes);
            var vectors = PretrainedVectors.Read(path);
            DefectException.Unless(vectors.Values.Length == vectors.Words.Count * vectors.Width, "sizes that disagree");
            foreach (float value in vectors.Values.Span)
                DefectException.Unless(float.IsFinite(value), "a value that is no number");
        });
    }
}
