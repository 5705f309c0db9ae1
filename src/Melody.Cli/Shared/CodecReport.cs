using System.Globalization;
using System.Text.Json.Serialization;

namespace Melody.Cli.Shared;

/// <summary>What <c>encode</c> and <c>decode</c> print.</summary>
internal sealed record CodecReport(
    string Task,
    string File,
    string Source,
    double Seconds,
    int SampleRate,
    int Frames,
    int Channels,
    double Rate,
    string Model,
    string ModelHash,
    bool Trained,
    ComputeDevice Device,
    double LoadSeconds,
    double WallSeconds,
    double RealTimeFactor,
    long? ClippedSamples
)
{
    public static CodecReport Make(
        string task,
        string file,
        string source,
        AudioLatents latents,
        double seconds,
        LoadedModel loaded,
        TimeSpan wall,
        long? clippedSamples = null
    ) =>
        new(
            task,
            file,
            source,
            Math.Round(seconds, 6),
            loaded.Model.SampleRate,
            latents.Frames,
            latents.Channels,
            latents.Rate,
            loaded.Id,
            loaded.Model.Hash,
            loaded.Model.IsTrained,
            loaded.Model.Device,
            GenerationReport.Round(loaded.Seconds),
            GenerationReport.Round(wall.TotalSeconds),
            GenerationReport.Round(seconds / wall.TotalSeconds),
            clippedSamples
        );

    /// <summary>For people.</summary>
    [JsonIgnore]
    public string Sentence =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{(File == "-" ? "standard output" : File)}: {Seconds:0.##} s, {Frames} frames of {Channels} latents, made in "
                + $"{WallSeconds:0.0} s ({RealTimeFactor:0.##} times real time){GenerationReport.ClippedPart(ClippedSamples)}"
        );
}
