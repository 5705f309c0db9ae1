using Melody.Corpus.Composition;
using Melody.Corpus.Description;
using Melody.Corpus.Records;
using Melody.Corpus.Rendering;
using Melody.Corpus.Storage;
using Melody.LanguageModel;
using Melody.Music;
using Melody.Presets;
using Melody.Prompting;
using Melody.Training.Data;
using Melody.Training.Encoded;
using Melody.Training.Encoders;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Tests.Corpus;

/// <summary>
/// What the language model is told of a window in training and what a prompt with the same words tells it in generation
/// are the same tokens: a beat is the metre's beat on both sides.
/// </summary>
public sealed class ControlTokenTests : IDisposable
{
    private static readonly (Metre Metre, double Bpm, MusicalKey Key)[] Pieces =
    [
        (new(4, 4), 120, new MusicalKey(9, Mode.Minor)),
        (new(6, 8), 84, new MusicalKey(2, Mode.Major)),
        (new(12, 8), 57, new MusicalKey(10, Mode.Minor)),
        (new(3, 4), 171, new MusicalKey(6, Mode.Major)),
        (new(2, 4), 96, new MusicalKey(0, Mode.Dorian)),
        (new(5, 4), 131.5, new MusicalKey(3, Mode.Mixolydian)),
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Training_and_generation_agree_on_tempo_key_and_metre()
    {
        var plan = new CorpusPlan
        {
            Kind = CorpusKind.Composed,
            Seed = 5,
            AudioFormat = ShardFormat.Wav,
            PiecesPerShard = Pieces.Length,
            WindowSeconds = 1,
            Tools = ["none"],
        };
        new CorpusBuilder(_folder["corpus"], plan, () => new Source(), jobs: 1).Build(
            1,
            cancellation: TestContext.Current.CancellationToken
        );
        using (var model = MusicModel.CreateUntrained("test", 1))
            await model.SaveAsync(_folder["model"], TestContext.Current.CancellationToken);
        using var encoding = new EncodingModel(ModelFolder.Open(_folder["model"]), CPU);
        new CorpusEncoder(_folder["corpus"], encoding, _folder["encoded"]).Run(cancellation: TestContext.Current.CancellationToken);
        using var encoded = EncodedCorpus.Open(_folder["encoded"], encoding.Plan([]).Parts);
        var config = PresetFile.Read<SemanticLanguageModelConfig>("test", "semantic-lm");
        Assert.True(config.Controls);
        var vocabulary = new SemanticVocabulary(config);

        // Everything is told: each piece's three control ids occur in training exactly as a prompt brings them about.
        var windows = new SemanticWindows(encoded, DatasetSplit.Train, config, new ConditionMix(), jitter: 0, batch: 400, seed: 1);
        var trained = windows
            .Create(0)
            .Conditions.Chunk(vocabulary.ConditionCount)
            .Select(ids => ids[^4..^1])
            .DistinctBy(ids => string.Join(' ', ids))
            .ToList();
        Assert.Equal(Pieces.Length, trained.Count);
        foreach (var (metre, bpm, key) in Pieces)
        {
            var prompt = FormattableString.Invariant($"A piece in {metre} at {bpm} bpm in {key.Name}");
            Assert.Contains(vocabulary.ControlIds(PromptReader.Read(prompt)), trained);
        }
        // A key in another mode than major and minor has no class and is the null token on both sides.
        Assert.Equal(vocabulary.KeyNull, vocabulary.ControlIds(PromptReader.Read("A piece in C dorian"))[1]);
        Assert.Equal(2, trained.Count(ids => ids[1] == vocabulary.KeyNull));
    }

    // Six real sheets, described as the corpus describes them; the sound does not matter here.
    private sealed class Source : IPieceSource
    {
        public FinishedPiece? Make(int shard, int number, CancellationToken cancellation)
        {
            if (number == Pieces.Length)
                return null;
            var (metre, bpm, key) = Pieces[number];
            var sheet = new LeadSheet(
                metre,
                bpm,
                HarmonyStyle.Pop,
                [new Section(SectionName.A, key, RomanNumerals.Parse("I|V|I|V|I|V|I|V", key))]
            );
            var part = new Part(PlayerRole.Harmony, 0);
            foreach (var chord in sheet.Chords)
                part.Add(chord.Start, chord.Length, 48 + chord.Chord.Root, 80);
            var (song, roles) = SongAssembly.Build("test", sheet, [part]);
            var id = FormattableString.Invariant($"p{number}");
            var describer = new PieceDescriber(
                new ComposedPiece
                {
                    Id = id,
                    Seed = 1,
                    TuneId = id,
                    Split = DatasetSplit.Train,
                    Kind = PieceKind.Solo,
                    Style = "s",
                    Family = GenreFamily.Of(Genre.Pop),
                    Sources = [Composer.OwnSource],
                    Song = song,
                    Roles = roles,
                    Bpm = bpm,
                    Metre = metre,
                    Key = key,
                    Chords = sheet.Chords,
                    Sections = EnsembleArranger.Spans(sheet),
                    Melody = [],
                },
                []
            );
            var audio = new float[24_000 * 2];
            for (var n = 0; n < audio.Length; n++)
                audio[n] = 0.3f * MathF.Sin(0.1f * n * (1 + number));
            return new FinishedPiece
            {
                Audio = new Waveform([audio], 24_000),
                Record = describer.Piece(),
                Windows = [.. describer.Windows(1).Take(2)],
            };
        }

        public void Dispose() { }
    }
}
