using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Melody.Nn;
using Melody.Runtime;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Listening;

/// <summary>
/// The weights of the estimators, fitted on music whose truth is known by <c>melody evaluate fit-estimators</c>; the
/// embedded ones are in <c>Listening/weights.json</c>.
/// </summary>
internal sealed record FittedWeights
{
    private static readonly Lazy<FittedWeights> Embedded = new(() =>
    {
        using var stream = typeof(FittedWeights).Assembly.GetManifestResourceStream("Listening/weights.json")!;
        return JsonSerializer.Deserialize<FittedWeights>(stream, Options)!;
    });

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true };

    private readonly Lazy<KeyNetwork> _network;

    /// <summary>Nothing fitted yet.</summary>
    public FittedWeights() => _network = new(Restore);

    /// <summary>The embedded ones.</summary>
    public static FittedWeights Default => Embedded.Value;

    /// <summary>On what they were fitted.</summary>
    public required string Provenance { get; init; }

    /// <summary>Of keys: the parameters of a <see cref="Listening.KeyNetwork"/> by name, float16 in base 64.</summary>
    public required IReadOnlyDictionary<string, string> Keys { get; init; }

    /// <summary>Of tempi; see <see cref="TempoEstimator"/>.</summary>
    public required LinearChoice Tempi { get; init; }

    /// <summary>Of drums; see <see cref="DrumPresence"/>.</summary>
    public required LinearChoice Drums { get; init; }

    /// <summary>The network that <see cref="Keys"/> describe, made when it is first asked for.</summary>
    [JsonIgnore]
    public KeyNetwork KeyNetwork => _network.Value;

    /// <summary>What <see cref="Keys"/> say of a network.</summary>
    public static IReadOnlyDictionary<string, string> Describe(KeyNetwork network)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        return StateDictionary
            .Of(network)
            .OrderBy(entry => entry.Key, StringComparer.Ordinal)
            .ToDictionary(
                entry => entry.Key,
                entry => Convert.ToBase64String(MemoryMarshal.AsBytes(entry.Value.data<float>().Select(v => (Half)v).ToArray().AsSpan()))
            );
    }

    /// <summary>The text of the file: four decimals a weight of a linear choice.</summary>
    public string ToJson() => JsonSerializer.Serialize(this with { Tempi = Rounded(Tempi), Drums = Rounded(Drums) }, Options) + "\n";

    private KeyNetwork Restore()
    {
        using var parameters = ParameterFactory.Empty();
        var network = new KeyNetwork(parameters);
        using var gradients = no_grad();
        foreach (var (name, value) in StateDictionary.Of(network))
        {
            var halves = MemoryMarshal.Cast<byte, Half>(Convert.FromBase64String(Keys[name]));
            var floats = new float[halves.Length];
            for (int i = 0; i < floats.Length; i++)
                floats[i] = (float)halves[i];
            using var stored = tensor(floats, value.shape);
            value.copy_(stored);
        }
        return network;
    }

    private static LinearChoice Rounded(LinearChoice choice) => new([.. choice.Weights.Select(weight => Math.Round(weight, 4))]);
}
