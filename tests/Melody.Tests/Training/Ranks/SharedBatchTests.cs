using Melody.Corpus.Records;
using Melody.Models;
using Melody.Training.Augmentation;
using Melody.Training.Data;
using Melody.Training.Encoded;
using Melody.Training.Ranks;
using static TorchSharp.torch;

namespace Melody.Tests.Training.Ranks;

/// <summary>The parts of a batch that ranks make are the rows of the whole one.</summary>
public sealed class SharedBatchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static IEnumerable<BatchShare> Shares(int parts) => Enumerable.Range(0, parts).Select(part => new BatchShare(part, parts));

    [Fact]
    public void Windows_of_an_encoded_corpus_are_divided()
    {
        EncodedFixture.Write(_folder.Path);
        using var corpus = EncodedCorpus.Open(_folder.Path, EncodedFixture.Parts);
        // windows longer than what follows them, so that the parts know different numbers of tokens
        var language = new SemanticWindows(
            corpus,
            DatasetSplit.Train,
            Parts.SemanticLanguageModel.Config("test") with
            {
                Window = 280,
            },
            new() { Text = 0.5, ControlDropped = 0.3 },
            20,
            6,
            1
        );
        var latents = new LatentWindows(corpus, DatasetSplit.Train, Parts.Denoiser.Config("test"), 6, 1, new(0.5, 0.3));
        for (long index = 0; index < 3; index++)
        {
            var whole = language.Create(index);
            var parts = Shares(3).Select(share => language.Create(index, share)).ToList();
            Assert.Equal(whole.Conditions, parts.SelectMany(part => part.Conditions));
            Assert.Equal(whole.Codes, parts.SelectMany(part => part.Codes));
            Assert.Equal(whole.Known, parts.SelectMany(part => part.Known));
            // the mean over the whole is the mean of the parts' means with these weights
            Assert.Equal(3, parts.Sum(part => part.Weight), 1e-9);
            Assert.All(parts, part => Assert.Equal((double)part.Known.Count(k => k) * 3 / whole.Known.Count(k => k), part.Weight, 1e-9));

            var all = latents.Create(index);
            var some = Shares(2).Select(share => latents.Create(index, share)).ToList();
            Assert.Equal(all.Latents, some.SelectMany(part => part.Latents));
            Assert.Equal(all.Tokens, some.SelectMany(part => part.Tokens));
            Assert.Equal(all.Prefixes, some.SelectMany(part => part.Prefixes));
        }
    }

    [Fact]
    public void Masks_of_spectrograms_are_divided()
    {
        var augmentation = new SpecAugment();
        using var spectrogram = ones(6, 50, 40);
        var whole = augmentation.Apply(spectrogram, -1, new Random(4)).data<float>().ToArray();
        var parts = Shares(3)
            .SelectMany(share => augmentation.Apply(spectrogram.narrow(0, 0, 2), -1, new Random(4), share).data<float>().ToArray());
        Assert.Contains(-1, whole);
        Assert.Equal(whole, parts);
    }

    public void Dispose() => _folder.Dispose();
}
