using System.CommandLine;

namespace Melody.Cli.Verbs;

/// <summary>What the help of a verb shows beyond its options: lines to try, and which of its options are for every day.</summary>
internal static class VerbExamples
{
    /// <summary>How many options of a verb come first.</summary>
    public const int Most = 10;

    private static readonly string[] MusicOptions =
    [
        "--output",
        "--seconds",
        "--from",
        "--to",
        "--prompt",
        "--bpm",
        "--key",
        "--metre",
        "--negative",
        "--seed",
        "--count",
        "--best-of",
        "--steps",
    ];

    private static readonly Dictionary<string, string[]> Lines = new()
    {
        ["generate"] =
        [
            "generate \"slow sad piano in A minor, 70 bpm\" -o song.wav",
            "generate \"fast techno, no vocals\" --seconds 60 --seed 7 -o techno.flac",
            "generate \"calm pads\" --count 4 -o pads",
            "generate \"jazz trio\" --seconds 30 -o - | aplay",
            "generate \"boss fight\" --adapter chip.safetensors:0.8 -o boss.wav",
        ],
        ["play"] = ["play \"calm piano, 80 bpm\"", "play \"dark synth pads\" --seconds 60"],
        ["like"] = ["like song.wav -o similar.wav", "like song.wav --seconds 30 --count 3 -o similar"],
        ["continue"] = ["continue song.wav --seconds 20 -o longer.wav", "continue song.wav --prompt \"drums come in\" -o longer.wav"],
        ["inpaint"] =
        [
            "inpaint song.wav --from 4 --to 7.5 -o mended.wav",
            "inpaint song.wav --from 1:10 --to 1:20 --prompt \"a flute\" -o mended.wav",
        ],
        ["loop"] = ["loop song.wav -o loop.wav", "loop song.wav --bpm 70 -o loop.ogg"],
        ["encode"] = ["encode song.wav -o song.safetensors"],
        ["decode"] = ["decode song.safetensors -o song.wav"],
        ["finetune"] =
        [
            "finetune music -o chip.safetensors",
            "finetune music -o chip.safetensors --caption chiptune --minutes 60",
            "finetune music -o chip.safetensors --captions captions.csv --work work",
        ],
        ["train"] =
        [
            "train autoencoder --corpus corpus",
            "train diffusion --corpus encoded --preset mini --minutes 60 --resume",
            "train semantic-lm --corpus encoded --set batch=16 --set learningRate=0.0002",
        ],
        ["corpus"] =
        [
            "corpus build -o corpus --hours 5",
            "corpus import music -o mine",
            "corpus encode corpus -o encoded --model runs/mini/model",
        ],
        ["corpus build"] = ["corpus build -o corpus --hours 5", "corpus build -o corpus --hours 5 --seed 2"],
        ["corpus import"] = ["corpus import music -o mine", "corpus import music --captions captions.csv -o mine"],
        ["corpus render"] = ["corpus render song.mid -o song.wav"],
        ["corpus encode"] = ["corpus encode corpus -o encoded --model runs/mini/model"],
        ["corpus merge"] = ["corpus merge part1 part2 -o corpus", "corpus merge corpus --shards 64"],
        ["corpus verify"] = ["corpus verify corpus"],
        ["corpus stats"] = ["corpus stats corpus"],
        ["corpus listen"] = ["corpus listen corpus -o clips"],
        ["evaluate"] = ["evaluate models/mini --quick -o report", "evaluate models/mini --corpus corpus -o report"],
        ["evaluate autoencoder"] = ["evaluate autoencoder --model models/mini --audio corpus -o report"],
        ["evaluate magnitudes"] = ["evaluate magnitudes --model runs/second/model --audio corpus -o report"],
        ["evaluate semantic"] = ["evaluate semantic --model models/mini --corpus corpus -o report"],
        ["evaluate tokens"] = ["evaluate tokens --model models/mini --corpus corpus -o report"],
        ["evaluate diffusion"] = ["evaluate diffusion --model models/mini --corpus corpus -o report"],
        ["evaluate estimators"] = ["evaluate estimators --corpus corpus", "evaluate estimators --corpus corpus --pieces --noise 20"],
        ["evaluate fit-estimators"] = ["evaluate fit-estimators --corpus corpus -o weights.json"],
        ["bench"] = ["bench --quick", "bench --preset paper --seconds 10 --runs 1"],
        ["bench train"] = ["bench train", "bench train diffusion --encoded encoded"],
        ["bench ranks"] = ["bench ranks --preset paper --ranks 64 --gflops 300000"],
        ["studio"] = ["studio", "studio --port 8080 --data music"],
        ["serve"] = ["serve", "serve --host 0.0.0.0 --api-key-file keys.txt --queue 16"],
        ["worker"] = ["worker --database postgres://melody@database/melody --sounds /sounds"],
        ["mcp"] = ["mcp", "mcp --data music"],
        ["info"] = ["info song.wav", "info models/mini", "info chip.safetensors", "info --preset paper"],
        ["doctor"] = ["doctor", "doctor --json"],
        ["completion"] = ["completion bash >> ~/.bashrc", "completion zsh >> ~/.zshrc"],
    };

    /// <summary>Command lines without the word "melody"; behind a bar or an arrow stands what the shell does.</summary>
    public static IReadOnlyList<string> Of(Command command) => Lines.GetValueOrDefault(NameOf(command), []);

    /// <summary>The options of a verb that come first in its help, in this order; all others are advanced.</summary>
    public static IReadOnlyList<string> EverydayOf(Command command) =>
        command switch
        {
            GenerationVerb => [.. MusicOptions.Where(name => command.Options.Any(option => option.Name == name)).Take(Most)],
            Verb => [.. command.Options.Where(option => option.Name != "--untrained").Take(Most).Select(option => option.Name)],
            _ => [.. command.Options.Take(Most).Select(option => option.Name)],
        };

    /// <summary>What stands before a command's own name, and the name: "corpus build".</summary>
    public static string NameOf(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault(parent => parent is not RootCommand) is { } parent
            ? $"{parent.Name} {command.Name}"
            : command.Name;
}
