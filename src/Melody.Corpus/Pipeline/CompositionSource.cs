using Melody.Corpus.Composition;
using Melody.Corpus.Description;
using Melody.Corpus.Mixing;
using Melody.Corpus.Production;
using Melody.Corpus.Records;
using Melody.Corpus.Rendering;
using Melody.Corpus.Storage;

namespace Melody.Corpus.Pipeline;

/// <summary>The pieces of a composed corpus: composed, rendered, produced and described, piece by piece.</summary>
internal sealed class CompositionSource(CorpusPlan plan, CompositionOptions options) : IPieceSource
{
    private const int CleanGuitar = 27;

    private readonly Composer _composer = new(options);
    private readonly Dictionary<string, Synthesizer> _synthesizers = [];

    /// <inheritdoc/>
    public FinishedPiece? Make(int shard, int number)
    {
        if (number >= plan.PiecesPerShard)
            return null;
        var piece = _composer.Compose(checked(shard * plan.PiecesPerShard + number));
        var random = SeededRandom.For(piece.Seed, "sound");
        var font = plan.SoundFonts[random.Below(plan.SoundFonts.Count)];
        var production = Produce(piece, random.NextBits(), random);
        while (production.Words.Contains("overdriven") && piece.Song.Tracks.Any(track => track is { IsDrums: false, Program: CleanGuitar }))
            production = Produce(piece, random.NextBits(), random);
        var audio = Studio.Produce(Synthesizer(font.Name), piece.Song, piece.Roles, production, piece.Seed);
        var describer = new PieceDescriber(piece, production.Words);
        var windows = describer.Windows(plan.WindowSeconds);
        if (windows.Count == 0)
            throw new MelodyException($"Piece {piece.Id} is shorter than a window of {plan.WindowSeconds} s; it is left out.");
        var record = describer.Piece();
        return new FinishedPiece
        {
            Audio = audio,
            Record = record with { Sources = [.. record.Sources, new SourceRecord("sound font " + font.Name, font.Licence)] },
            Windows = windows,
            SoundFont = font.Name,
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

    // Some music has a sound of its own; half of it gets that sound, the rest whatever comes.
    private static ProductionSettings Produce(ComposedPiece piece, ulong seed, SeededRandom random)
    {
        if (random.Chance(0.5))
            return ProductionDraw.Draw(seed);
        bool Is(params string[] words) =>
            words.Any(word =>
                piece.Family.Name.Contains(word, StringComparison.OrdinalIgnoreCase)
                || piece.Style.Contains(word, StringComparison.OrdinalIgnoreCase)
            );
        ProductionProfile? profile =
            piece.Kind is "ambient" || Is("ambient", "new age") ? ProductionProfile.Dreamy
            : Is("lo-fi", "lofi", "chill", "trip hop") ? ProductionProfile.LoFi
            : Is("metal", "punk", "hard rock", "grunge") ? ProductionProfile.Driven
            : Is("pop", "dance", "disco", "house", "trance", "techno", "synth") ? ProductionProfile.Polished
            : piece.Kind is "score" or "ensemble" || Is("classical", "baroque", "romantic", "hymn") ? ProductionProfile.Hall
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
