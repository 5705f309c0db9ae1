using Melody.Audio;
using Melody.Autoencoder.Magnitude;
using Melody.Corpus.Records;
using Melody.Corpus.Storage;
using Melody.Models;
using Melody.Nn;
using Melody.Runtime;
using Melody.Tests.Corpus.Storage;
using Melody.Tests.Reference;
using Melody.Training.Encoded;
using Melody.Training.Encoders;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Tests.Training;

/// <summary>A stereo corpus at 48 kHz is encoded by a model whose parts hear different rates and write several tokens a frame.</summary>
public sealed class StereoEncodingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private ModelFolder WriteModel()
    {
        using var writer = ModelFolderWriter.Create(_folder["model"], "test", "test");
        writer.SetRandom(Parts.MagnitudeAutoencoder, Parts.MagnitudeAutoencoder.Config("test"));
        writer.SetRandom(Parts.JointEmbedding, Parts.JointEmbedding.Config("test"));
        writer.SetRandom(
            Parts.SemanticTokenizer,
            Parts.SemanticTokenizer.Config("test") with
            {
                Codebooks =
                [
                    new()
                    {
                        Name = "harmony",
                        Codes = 6,
                        Facts = ["chroma"],
                    },
                    new()
                    {
                        Name = "timbre",
                        Codes = 9,
                        Facts = ["families"],
                    },
                ],
            }
        );
        writer.Commit();
        return ModelFolder.Open(_folder["model"]);
    }

    [Fact]
    public void Each_part_hears_the_corpus_as_it_needs_it()
    {
        using var precision = ComputePrecision.Use(ScalarType.Float32);
        var plan = new CorpusPlan
        {
            Kind = CorpusKind.Composed,
            Seed = 5,
            SampleRate = 48_000,
            Channels = 2,
            AudioFormat = ShardFormat.Wav,
            PiecesPerShard = 3,
            WindowSeconds = 1,
            Tools = ["sine 1.0"],
        };
        var cancellation = TestContext.Current.CancellationToken;
        new CorpusBuilder(_folder["corpus"], plan, () => new SinePieces(plan), jobs: 1).Build(1, cancellation: cancellation);
        var folder = WriteModel();
        using var encoding = new EncodingModel(folder, CPU);
        Assert.Equal((48_000, 2, 1920), (encoding.SampleRate, encoding.Channels, encoding.TokenHop));
        new CorpusEncoder(_folder["corpus"], encoding, _folder["encoded"]).Run(cancellation: cancellation);

        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var encoded = EncodedCorpus.Open(_folder["encoded"], encoding.Plan([]).Parts);
        using var corpus = CorpusReader.Open(_folder["corpus"]);
        Assert.Equal([6, 9], encoded.Plan.Codebooks);
        var id = encoded.PiecesOf(DatasetSplit.Train)[1];
        var piece = corpus.Pieces[id.Piece];
        var interleaved = new float[piece.Frames * 2];
        corpus.Read(piece, 0, interleaved);
        var mono = new float[piece.Frames];
        for (int n = 0; n < mono.Length; n++)
            mono[n] = (interleaved[2 * n] + interleaved[2 * n + 1]) / 2;

        using var autoencoder = Parts.MagnitudeAutoencoder.Load(folder, CPU);
        var latents = new MagnitudeCodec(autoencoder).Encode(mono, mono);
        var kept = new float[latents.Length];
        encoded.ReadLatents(id, 0, kept);
        Assert.Equal(latents.Length / autoencoder.Config.LatentChannels, encoded.Piece(id).Frames);
        for (int i = 0; i < kept.Length; i++)
            Assert.Equal(latents[i], kept[i], 6e-4f); // both channels are alike, and latents are stored as float16

        using var tokenizer = Parts.SemanticTokenizer.Load(folder, CPU);
        var half = AudioClip.Adopt(mono, 48_000).Resample(24_000);
        var expected = tokenizer.Tokenize(tensor(half.Samples.ToArray(), [1, half.Frames])).data<long>().ToArray();
        var tokens = new long[encoded.Piece(id).Tokens * 2];
        encoded.ReadTokens(id, 0, tokens);
        Assert.Equal(expected, tokens);

        using var joint = Parts.JointEmbedding.Load(folder, CPU);
        var window = encoded.WindowsOf(DatasetSplit.Train).First(w => encoded.PieceOf(w) == id && encoded.Window(w).Token > 0);
        var heard = tensor(half.Samples.ToArray(), [1, half.Frames]).narrow(1, (long)(0.9 * 24_000), 24_000);
        Assert.Equal(joint.TokensForAudio(heard).data<long>().ToArray(), encoded.AudioPrefix(window));
    }

    public void Dispose() => _folder.Dispose();
}
