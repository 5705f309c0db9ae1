using Melody.Diffusion;
using Melody.Models;
using Melody.Nn;
using Melody.SemanticTokens;
using Melody.Steering;
using Melody.Tests.Reference;
using Melody.Tests.SemanticTokens;
using Melody.Training.Data;
using Melody.Training.Stages;
using static TorchSharp.torch;

namespace Melody.Tests.Training;

/// <summary>Examples that hear their passage as if it were of other music.</summary>
public sealed class ForeignStyleTests
{
    private const int Examples = 3,
        Length = 30,
        Books = 3;

    private static readonly DenoiserConfig Sizes = Parts.Denoiser.Config("test") with
    {
        Codebooks = [5, 4, 7],
        PromptWidth = Parts.Denoiser.Config("test").LatentChannels,
        StylePrompts = true,
    };

    private static readonly DiffusionTrainingOptions Options = new()
    {
        Steps = 1,
        Batch = Examples,
        LearningRate = 1e-3,
        WarmUpSteps = 0,
        EmaDecay = 0,
        UnitVariance = false,
        ForeignStyle = 1,
    };

    private static long[] Ids(int seed, int frames)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, frames * Books).Select(i => random.NextInt64(Sizes.Codebooks[i % Books]))];
    }

    private static LatentBatch Batch()
    {
        int channels = Sizes.LatentChannels,
            perToken = Sizes.FramesPerToken();
        float[] Values(int seed, int frames) => [.. FixedValues.Flat(FixedValues.Tensor(seed, frames, channels)).Select(v => (float)v)];
        return new(
            Values(1, Examples * Sizes.Frames),
            Ids(2, Examples * Sizes.WindowTokens()),
            [],
            new(Values(3, Examples * Length * perToken), Ids(4, Examples * Length), [Length, 17, 0])
        );
    }

    private static TokenRecall Recall()
    {
        string[] facts = ["chroma", "families", "levels"];
        var books = facts.Select(
            (fact, i) =>
                new CodebookConfig
                {
                    Name = fact,
                    Codes = Sizes.Codebooks[i],
                    Facts = [fact],
                }
        );
        var config = SemanticTokenizerTests.TinyMel with { Codebooks = [.. books], Readout = FrameFacts.Count };
        using var tokenizer = new SemanticTokenizer(config, ParameterFactory.Random(1));
        return TokenRecall.Of(tokenizer)!;
    }

    private static DiffusionStage Stage(DualPathDenoiser denoiser) =>
        new(denoiser, Options, new OneBatch<LatentBatch>(Batch()), new OneBatch<LatentBatch>(Batch()), recall: Recall());

    [Fact]
    public void They_recall_tokens_and_style_from_frames_with_other_notes()
    {
        using var scope = NewDisposeScope();
        using var denoiser = FixedValues.Fill(new DualPathDenoiser(Sizes, ParameterFactory.Random(1)));
        using var stage = Stage(denoiser);
        using var recall = Recall();
        var batch = Batch();
        var (_, own, style) = stage.Load(batch);
        var (_, tokens, foreign) = stage.Load(batch, tensor(new[] { true, true, true }));
        var (heard, there) = (batch.Styled!.TokenTensor(Sizes, CPU), batch.Styled.There(Sizes, CPU));
        Assert.Equal(own.select(-1, 0).flatten().data<long>(), tokens.select(-1, 0).flatten().data<long>());
        Assert.Equal(own.select(-1, 1).flatten().data<long>(), tokens.select(-1, 1).flatten().data<long>());
        Assert.True(own[2].equal(tokens[2]).all().item<bool>()); // it hears no passage
        for (int example = 0; example < 2; example++)
        for (int t = 0; t < Sizes.WindowTokens(); t++)
        {
            long harmony = own[example, t, 0].item<long>(),
                sound = tokens[example, t, 2].item<long>();
            Assert.Contains(Enumerable.Range(0, batch.Styled.Counts[example]), frame =>
                heard[example, frame, 0].item<long>() != harmony && heard[example, frame, 2].item<long>() == sound
            );
        }
        var other = heard.select(-1, 0).unsqueeze(1).ne(tokens.select(-1, 0).unsqueeze(2)) & there.unsqueeze(1);
        var residues = denoiser.Style!.Residues(
            tensor(batch.Styled.Latents, [Examples, Length * Sizes.FramesPerToken(), Sizes.LatentChannels]) * Sizes.LatentScale,
            heard
        );
        FixedValues.AssertClose(StyleMeasure.Recall(residues, heard, tokens, other), foreign!, 1e-5);
        Assert.NotEqual(FixedValues.Flat(style!), FixedValues.Flat(foreign!));
        Assert.Equal(0, foreign![2].abs().max().item<float>());
    }

    [Fact]
    public void An_example_that_is_not_foreign_is_as_ever()
    {
        using var scope = NewDisposeScope();
        using var denoiser = FixedValues.Fill(new DualPathDenoiser(Sizes, ParameterFactory.Random(1)));
        using var stage = Stage(denoiser);
        var (_, tokens, style) = stage.Load(Batch());
        var (_, same, mixed) = stage.Load(Batch(), tensor(new[] { false, true, false }));
        foreach (int example in new[] { 0, 2 })
        {
            Assert.True(tokens[example].equal(same[example]).all().item<bool>());
            FixedValues.AssertClose(style![example], mixed![example], 1e-6);
        }
        Assert.False(tokens[1].equal(same[1]).all().item<bool>());
    }
}
