using Melody.Corpus.Composition;
using Melody.Corpus.Description;
using Melody.Corpus.Mixing;
using Melody.Corpus.Production;
using Melody.Corpus.Records;
using Melody.Corpus.Rendering;
using Melody.Corpus.Storage;
using Melody.Music;

namespace Melody.Corpus.Pipeline;

/// <summary>
/// The pieces of a composed corpus: composed, rendered, produced and described, piece by piece. A plan without sound fonts renders nothing:
/// the same pieces, described in the same words, without a sample.
/// </summary>
internal sealed class CompositionSource(CorpusPlan plan, CompositionOptions options) : IPieceSource
{
    private readonly Composer _composer = new(options);
    private readonly Dictionary<string, Synthesizer> _synthesizers = [];

    /// <inheritdoc/>
    public FinishedPiece? Make(int shard, int number, CancellationToken cancellation)
    {
        if (number >= plan.PiecesPerShard)
            return null;
        var piece = _composer.Compose(checked(shard * plan.PiecesPerShard + number));
        var random = SeededRandom.For(piece.Seed, "sound");
        // one draw, however many fonts there are: what follows is the same without any
        int drawn = random.Below(plan.SoundFonts.Count);
        var font = plan.SoundFonts.Count == 0 ? null : plan.SoundFonts[drawn];
        var production = Produce(piece, random.NextBits(), random);
        while (production.IsOverdriven && piece.Song.Tracks.Any(track => track is { IsDrums: false, Program: GmProgram.CleanGuitar }))
            production = Produce(piece, random.NextBits(), random);
        var audio = font is null
            ? null
            : Studio.Produce(Synthesizer(font.Name), piece.Song, piece.Roles, production, piece.Seed, cancellation);
        var describer = new PieceDescriber(piece, production.Words);
        var windows = describer.Windows(plan.WindowSeconds);
        if (windows.Count == 0)
            throw new MelodyException($"Piece {piece.Id} is shorter than a window of {plan.WindowSeconds} s; it is left out.");
        var record = describer.Piece();
        return new FinishedPiece
        {
            Audio = audio,
            Record = font is null
                ? record
                : record with
                {
                    Sources = [.. record.Sources, new SourceRecord("sound font " + font.Name, font.Licence)],
                },
            Windows = windows,
            SoundFont = font?.Name,
            Production = production,
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var synthesizer in _synthesizers.Values)
            synthesizer.Dispose();
        _synthesizers.Clear();
    }

    // some music has a sound of its own; half of it gets that sound, the rest whatever comes
    private static ProductionSettings Produce(ComposedPiece piece, ulong seed, SeededRandom random)
    {
        if (random.Chance(0.5))
            return ProductionDraw.Draw(seed);
        bool Style(params string[] words) => words.Any(word => piece.Style.Contains(word, StringComparison.OrdinalIgnoreCase));
        var genre = piece.Family.Genre;
        ProductionProfile? profile =
            piece.Kind is PieceKind.Ambient || genre is Genre.Ambient or Genre.NewAge || Style("ambient", "new age")
                ? ProductionProfile.Dreamy
            : genre is Genre.TripHop || Style("lo-fi", "lofi", "chill", "trip hop") ? ProductionProfile.LoFi
            : genre is Genre.Punk or Genre.HardRock || Style("metal", "punk", "hard rock", "grunge") ? ProductionProfile.Driven
            : genre
                is Genre.Pop
                    or Genre.SixtiesPop
                    or Genre.SynthPop
                    or Genre.DancePop
                    or Genre.Disco
                    or Genre.House
                    or Genre.Trance
                    or Genre.Techno
                    or Genre.Synthwave
            || Style("pop", "dance", "disco", "house", "trance", "techno", "synth")
                ? ProductionProfile.Polished
            : piece.Kind is PieceKind.Score or PieceKind.Ensemble
            || genre is Genre.Classical or Genre.Baroque or Genre.Romantic or Genre.Hymn
            || Style("classical", "baroque", "romantic", "hymn")
                ? ProductionProfile.Hall
            : null;
        return profile is { } chosen ? ProductionDraw.Draw(seed, chosen) : ProductionDraw.Draw(seed);
    }

    private Synthesizer Synthesizer(string font)
    {
        if (!_synthesizers.TryGetValue(font, out var synthesizer))
            _synthesizers[font] = synthesizer = new Synthesizer(
                SoundFont.Find(font),
                new RenderSettings { SampleRate = plan.SampleRate, Channels = plan.Channels }
            );
        return synthesizer;
    }
}
