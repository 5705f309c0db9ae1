using System.Globalization;
using System.Text;
using Melody.Autoencoder;
using Melody.Diffusion;
using Melody.LanguageModel;
using Melody.Models;
using Melody.Nn;
using Melody.SemanticTokens;
using Melody.Training.Recipes;
using Melody.Training.SelfSupervised;
using Melody.Training.Setup;
using Melody.Training.Speed;
using Melody.Training.Stages;
using static TorchSharp.torch;

namespace Melody.Evaluation.Speed;

/// <summary>What the ranks of one training exchange in a step.</summary>
/// <param name="Stage">What is trained.</param>
/// <param name="Batch">Rows of all ranks together.</param>
/// <param name="Parameters">Trained in a step, discriminators and objectives included.</param>
/// <param name="GradientBytes">Of one step, float32.</param>
/// <param name="Operations">Floating-point operations of the whole batch.</param>
internal sealed record RankTrafficRow(string Stage, int Batch, long Parameters, long GradientBytes, double Operations)
{
    /// <summary>
    /// Bytes that each rank sends, and receives, in a ring all-reduce: 2 (N - 1) / N of the gradient (Patarasuk and Yuan, 2009).
    /// </summary>
    public double RingBytes(int ranks) => 2.0 * (ranks - 1) / ranks * GradientBytes;

    /// <summary>Seconds of an exchange at a bandwidth in bits a second, without latency and without overlap.</summary>
    public double Seconds(int ranks, double bits) => RingBytes(ranks) * 8 / bits;

    /// <summary>Seconds that a rank computes of a step, at this many operations a second.</summary>
    public double ComputeSeconds(int ranks, double speed) => Operations / ranks / speed;

    /// <summary>
    /// How many ranks may share the batch until the exchange takes a tenth of the step: where compute = 9 x exchange,
    /// N = 1 + operations x bandwidth / (18 x gradient's bits x speed).
    /// </summary>
    public double RanksAtTenth(double speed, double bits) => 1 + Operations * bits / (18 * 8.0 * GradientBytes * speed);
}

/// <summary>What training over ranks costs on the network, from the real sizes of a preset's parts.</summary>
/// <param name="Preset">The preset.</param>
/// <param name="Ranks">How many ranks the seconds are for.</param>
/// <param name="Speed">Operations a second of one rank.</param>
/// <param name="Rows">One a stage.</param>
internal sealed record RankTraffic(string Preset, int Ranks, double Speed, IReadOnlyList<RankTrafficRow> Rows)
{
    private static readonly double[] Gigabits = [1, 10, 100, 400];

    /// <summary>Counts the stages of a preset; no network is filled with values.</summary>
    public static RankTraffic Of(string preset, int ranks, double speed)
    {
        var language = TrainingPreset.Read<SemanticLanguageModelTrainingOptions>(preset, SemanticLanguageModelRecipe.Stage);
        var diffusion = TrainingPreset.Read<DiffusionTrainingOptions>(preset, DiffusionRecipe.Stage);
        var tokens = TrainingPreset.Read<SemanticTokenizerTrainingOptions>(preset, SemanticTokenizerRecipe.Stage);
        var joint = TrainingPreset.Read<JointEmbeddingTrainingOptions>(preset, JointEmbeddingRecipe.Stage);
        var sound = TrainingPreset.Read<AutoencoderTrainingOptions>(preset, AutoencoderRecipe.Stage);
        using var parameters = ParameterFactory.Meta();
        using var model = new SemanticLanguageModel(Parts.SemanticLanguageModel.Config(preset), parameters);
        using var denoiser = new DualPathDenoiser(Parts.Denoiser.Config(preset), parameters);
        using var tokenizer = new SemanticTokenizer(Parts.SemanticTokenizer.Config(preset), parameters);
        using var objective = new Wav2Vec2Objective(tokenizer.Trunk, tokens.Objective, parameters);
        using var autoencoder = AudioAutoencoder.Create(Parts.Autoencoder.Config(preset), parameters);
        using var discriminators = AutoencoderStage.CreateDiscriminators(sound, parameters);
        var towers = Parts.JointEmbedding.Config(preset);

        RankTrafficRow Row(Stage stage, int batch, double multiplyAdds, params nn.Module[] modules) =>
            Sized(stage, batch, multiplyAdds, modules.SelectMany(module => module.parameters()).Sum(parameter => parameter.numel()));
        RankTrafficRow Sized(Stage stage, int batch, double multiplyAdds, long count) =>
            new(stage.Name, batch, count, 4 * count, MultiplyAdds.TrainingFlops * batch * multiplyAdds);
        nn.Module[] heard = tokenizer.Readout is { } readout ? [tokenizer.Trunk, objective, readout] : [tokenizer.Trunk, objective];
        return new(
            preset,
            ranks,
            speed,
            [
                Row(
                    AutoencoderRecipe.Stage,
                    sound.Batch,
                    MultiplyAdds.Autoencoder(autoencoder, sound.SegmentSamples),
                    autoencoder,
                    discriminators
                ),
                Sized(
                    JointEmbeddingRecipe.Stage,
                    joint.Batch,
                    MultiplyAdds.AudioTower(towers),
                    Parts.JointEmbedding.Sizes(towers).Sum(size => size.Parameters)
                ),
                Row(
                    SemanticTokenizerRecipe.Stage,
                    tokens.Batch,
                    MultiplyAdds.Tokenizer(tokenizer.Config, tokens.Objective, tokens.SegmentFrames),
                    heard
                ),
                Row(
                    SemanticLanguageModelRecipe.Stage,
                    language.Batch,
                    MultiplyAdds.LanguageModel(model.Config, model.Vocabulary.OutputCount, model.Positions),
                    model
                ),
                Row(DiffusionRecipe.Stage, diffusion.Batch, MultiplyAdds.Denoiser(denoiser.Config), denoiser),
            ]
        );
    }

    /// <summary>As tables of Markdown.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Preset {Preset}, {Ranks} ranks, {Speed / 1e9:0.#} GFLOP/s each.\n\n");
        text.Append("| stage | batch | parameters, M | gradient, MB | sent by a rank, MB | compute, s a step |");
        foreach (double gigabits in Gigabits)
            text.Append(CultureInfo.InvariantCulture, $" {gigabits} Gbit/s, s | ranks at 10 % |");
        text.Append("\n|---|---:|---:|---:|---:|---:|").Append(string.Concat(Gigabits.Select(_ => "---:|---:|"))).Append('\n');
        foreach (var row in Rows)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {row.Stage} | {row.Batch} | {row.Parameters / 1e6:0.00} | {row.GradientBytes / 1e6:0.0} | "
                    + $"{row.RingBytes(Ranks) / 1e6:0.0} | {row.ComputeSeconds(Ranks, Speed):0.####} |"
            );
            foreach (double gigabits in Gigabits)
                text.Append(
                    CultureInfo.InvariantCulture,
                    $" {row.Seconds(Ranks, gigabits * 1e9):0.#####} | {row.RanksAtTenth(Speed, gigabits * 1e9):0.#} |"
                );
            text.Append('\n');
        }
        return text.ToString();
    }
}
