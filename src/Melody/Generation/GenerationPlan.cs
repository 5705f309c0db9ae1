using System.Reflection;
using System.Security.Cryptography;
using Melody.Audio;
using Melody.Conditioning;
using Melody.LanguageModel;
using Melody.Music;
using Melody.Prompting;
using static TorchSharp.torch;

namespace Melody;

/// <summary>A generation whose prompt is read, checked and turned into what the language model takes.</summary>
/// <param name="Request">Prefix tokens, controls and seed.</param>
/// <param name="Options">The options, checked.</param>
/// <param name="Recipe">What the result will say about itself.</param>
internal sealed record GenerationPlan(SemanticRequest Request, GenerationOptions Options, GenerationRecipe Recipe)
{
    /// <summary>The library's version as recipes state it.</summary>
    public static string Version { get; } =
        typeof(GenerationPlan).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>Reads a prompt; what the options leave open of tempo, key and metre is taken from its words.</summary>
    /// <param name="model">The networks.</param>
    /// <param name="task">generate, like, continue or inpaint.</param>
    /// <param name="prompt">Words or music.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="MelodyException">The prompt is empty, too long or too short, or an option is out of its range.</exception>
    public static GenerationPlan Make(MusicModel model, string task, MusicPrompt prompt, GenerationOptions options)
    {
        options.Validate();
        _ = options.Grid(model.Config.Denoiser);
        var controls = Controls(prompt, options);
        long seed = options.Seed ?? RandomNumberGenerator.GetInt32(int.MaxValue);
        options = options with { Seed = seed };
        var request = new SemanticRequest
        {
            Prefix = Prefix(model, prompt),
            Controls = model.Config.SemanticLanguageModel.Controls ? controls : null,
            Seed = unchecked((ulong)seed),
        };
        return new(
            request,
            options,
            new GenerationRecipe
            {
                Task = task,
                Prompt = prompt.Text,
                Seed = seed,
                Options = options,
                Bpm = controls.Bpm,
                Key = controls.Key?.ToString(),
                Metre = controls.Metre?.ToString(),
                Instruments = controls.Instruments?.Describe(),
                Model = model.Id,
                ModelHash = model.Hash,
                Version = Version,
            }
        );
    }

    /// <summary>What the options ask for, and what they leave open as far as the prompt's words tell it.</summary>
    /// <exception cref="MelodyException">The prompt is empty or too long, or a key or metre is none.</exception>
    public static MusicControls Controls(MusicPrompt? prompt, GenerationOptions options)
    {
        var controls = new MusicControls
        {
            Bpm = options.Bpm,
            Key = options.Key is { } key ? MusicalKey.Parse(key) : null,
            Metre = options.Metre is { } metre ? Metre.Parse(metre) : null,
        };
        if (prompt?.Text is not { } words)
            return controls;
        PromptLimits.Check(words);
        return controls.Or(PromptReader.Read(words));
    }

    /// <summary>The same for a single piece with another seed.</summary>
    public GenerationPlan Alone(long seed)
    {
        var options = Options with { Seed = seed, BestOf = 1 };
        return new(Request with { Seed = unchecked((ulong)seed) }, options, Recipe with { Seed = seed, Options = options });
    }

    private static long[] Prefix(MusicModel model, MusicPrompt prompt)
    {
        using var use = ModelUse.Of(model);
        using var scope = NewDisposeScope();
        var embedding = model.Networks.JointEmbedding;
        var tokens = prompt.Text is { } words
            ? embedding.TokensForText([words])
            : embedding.TokensForAudio(SoundTensor.Of(SoundTensor.Mono(prompt.Audio!, model), model));
        return tokens.cpu().data<long>().ToArray();
    }
}
