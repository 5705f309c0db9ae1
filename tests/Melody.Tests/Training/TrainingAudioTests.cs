using Melody.Audio;
using Melody.Corpus.Records;
using Melody.Corpus.Storage;
using Melody.Tests.Corpus.Storage;
using Melody.Training.Data;

namespace Melody.Tests.Training;

/// <summary>Training hears a corpus or a plain folder.</summary>
public sealed class TrainingAudioTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CorpusPlan Plan(int channels) =>
        new()
        {
            Kind = CorpusKind.Composed,
            Seed = 5,
            SampleRate = 8000,
            Channels = channels,
            AudioFormat = ShardFormat.Wav,
            PiecesPerShard = 4,
            WindowSeconds = 1,
            Tools = ["sine 1.0"],
        };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_corpus_is_heard_by_its_splits(int channels)
    {
        var plan = Plan(channels);
        new CorpusBuilder(_folder.Path, plan, () => new SinePieces(plan), jobs: 1).Build(
            3,
            cancellation: TestContext.Current.CancellationToken
        );
        using var audio = TrainingAudio.Open(_folder.Path, 8000);
        // of pieces 0 .. 3 in shards 0 .. 2 those with (shard + number) % 3 == 2 are held out
        Assert.Equal((8, 4), (audio.Training.Count, audio.Validation.Count));
        var heard = new float[4000];
        audio.Validation.Read(0, 1000, heard); // shard 0, number 2
        for (int n = 0; n < heard.Length; n += 7)
            Assert.Equal(SinePieces.Sample(0, 2, 1000 + n, 8000), heard[n], 1e-4f);
        // two corpora count as one, piece after piece
        using var twice = TrainingAudio.Open([_folder.Path, _folder.Path], 8000);
        Assert.Equal((16, 8, 2), (twice.Training.Count, twice.Validation.Count, twice.Corpora.Count));
        var again = new float[4000];
        twice.Validation.Read(4, 1000, again);
        Assert.Equal(heard, again);
        Assert.Contains(
            "8000",
            Assert.Throws<MelodyException>(() => TrainingAudio.Open(_folder.Path, 24000)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_plain_folder_holds_out_every_twentieth_file()
    {
        for (int i = 0; i < 22; i++)
            new AudioClip(new float[100 + i], 8000, 1).Write(_folder[$"{i:D2}.wav"]);
        using var audio = TrainingAudio.Open(_folder.Path, 8000);
        Assert.Equal([100L, 120L], [.. Enumerable.Range(0, audio.Validation.Count).Select(audio.Validation.Samples)]);
        Assert.Equal(20, audio.Training.Count);
    }

    [Fact]
    public void A_file_shorter_than_what_is_heard_plays_again()
    {
        new AudioClip([.. Enumerable.Range(0, 100).Select(n => 0.005f * (n + 1))], 8000, 1).Write(_folder["a.wav"]);
        var heard = new float[350];
        AudioFolder.Load(_folder.Path, 8000).Read(0, 30, heard);
        for (int n = 0; n < heard.Length; n++)
            Assert.Equal(0.005f * ((30 + n) % 100 + 1), heard[n], 1e-4f);
    }

    [Fact]
    public void A_file_beyond_full_scale_is_heard_softer_and_not_clipped()
    {
        float[] samples = [.. Enumerable.Range(0, 100).Select(n => 0.04f * (n - 50))]; // -2 to 1.96
        new AudioClip(samples, 8000, 1).Write(_folder["a.wav"], new() { BitDepth = 32 });
        var heard = new float[100];
        AudioFolder.Load(_folder.Path, 8000).Read(0, 0, heard);
        for (int n = 0; n < heard.Length; n++)
            Assert.Equal(samples[n] / 2, heard[n], 1e-4f);
    }

    [Fact]
    public void One_file_is_too_few()
    {
        new AudioClip(new float[100], 8000, 1).Write(_folder["a.wav"]);
        Assert.Contains(
            "at least two",
            Assert.Throws<MelodyException>(() => TrainingAudio.Open(_folder.Path, 8000)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_folder_with_files_that_cannot_be_read_is_refused_with_one_sentence()
    {
        File.WriteAllText(_folder["a.wav"], "no sound");
        File.WriteAllText(_folder["b.wav"], "none either");
        var refused = Assert.Throws<MelodyException>(() => AudioFolder.Load(_folder.Path, 8000));
        Assert.Contains(".wav", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("One or more errors", refused.Message, StringComparison.Ordinal);

        var leftOut = new List<string>();
        Assert.Contains(
            "None of the audio files",
            Assert.Throws<MelodyException>(() => AudioFolder.Load(_folder.Path, 8000, leftOut)).Message,
            StringComparison.Ordinal
        );
        new AudioClip(new float[100], 8000, 1).Write(_folder["c.wav"]);
        Assert.Equal(100, AudioFolder.Load(_folder.Path, 8000, leftOut).Samples(0));
        Assert.Collection(
            leftOut,
            a => Assert.Contains("a.wav", a, StringComparison.Ordinal),
            b => Assert.Contains("b.wav", b, StringComparison.Ordinal)
        );
    }

    public void Dispose() => _folder.Dispose();
}
