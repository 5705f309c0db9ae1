using System.Text;
using Melody.Cli.Shared;
using Melody.Conditioning;
using Melody.Evaluation.Prompts;
using Melody.Music;
using Melody.Prompting;

namespace Melody.Fuzz.Readers;

/// <summary>What stands in words: prompts, and recipes of finished music.</summary>
internal static class TextReaders
{
    public static Reader Recipe()
    {
        var recipe = new GenerationRecipe
        {
            Task = "generate",
            Prompt = "p",
            Seed = 1,
            Options = new GenerationOptions
            {
                Seconds = 3,
                Bpm = 90,
                Key = "A minor",
                TopK = 3,
                TopP = 0.5,
                HopSeconds = 5,
                Seed = 1,
            },
            Bpm = 90,
            Key = "A minor",
            Model = "m",
            ModelHash = "h",
            Version = "v",
            RangeStart = 1,
            RangeEnd = 2,
            Source = "s.wav",
        };
        return new(
            "",
            [Bytes.Text(recipe.ToJson())],
            ["null", "\"options\":null", "\"seconds\":1e400", "\"schedule\":99", "\"seed\":-1"],
            true,
            bytes =>
            {
                var read = GenerationRecipe.FromJson(Encoding.UTF8.GetString(bytes));
                DefectException.Unless(
                    read is { Task: not null, Options: not null, Model: not null, ModelHash: not null, Version: not null },
                    "a text that is null"
                );
                _ = read.ToMetadata();
                _ = GenerationRecipe.FromJson(read.ToJson());
            }
        );
    }

    public static Reader Prompt()
    {
        var seeds = PromptList
            .All.Take(40)
            .Select(prompt => prompt.Text)
            .Append("no drums, without drums, solo violin; 3/4; tempo 1e5 bpm; in F#m, 70-90 bpm");
        var vocabulary = Vocabulary.Parse("slow\npiano\n");
        var tokenizer = new WordTokenizer(vocabulary, 1000, 20);
        return new(
            "",
            [.. seeds.Select(Bytes.Text)],
            [
                "bpm",
                " minor",
                "A#",
                "\u266D",
                " no drums ",
                "solo",
                "3/4",
                "0 bpm",
                "1e99 bpm",
                "\u0663 bpm",
                "\u0301",
                "\u200D",
                "\U0001F3B9",
                "4294967296/4",
                "-",
                "\u001b[2J",
            ],
            false,
            bytes =>
            {
                // halves of surrogate pairs come in as UTF-16
                var text =
                    bytes.Length % 8 == 0
                        ? Encoding.Unicode.GetString(bytes.AsSpan(0, bytes.Length / 2 * 2))
                        : Encoding.UTF8.GetString(bytes);
                PromptLimits.Check(text);
                var reading = PromptReader.Explain(text, vocabulary);
                DefectException.Unless(reading.Controls.Bpm is null or (>= 40 and <= 240), "a tempo out of range");
                _ = PromptReader.ReadRefusals(text, vocabulary);
                _ = tokenizer.Tokenize(text);
                _ = MusicalKey.ParseOrNull(text);
                _ = Metre.TryParse(text, out _);
                _ = TimeOption.TryParse(text, out _);
                var name = SafeName.Of(text);
                DefectException.Unless(
                    name.Length > 0 && name.IndexOfAny(['/', '\\', '\0']) < 0 && Encoding.UTF8.GetByteCount(name) <= 80,
                    "a name that is none"
                );
                DefectException.Unless(TerminalText.Line(text).All(TerminalText.IsHarmless), "text that steers the terminal");
            }
        );
    }
}
