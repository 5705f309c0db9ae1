using Melody.Corpus.Composition;
using Melody.Corpus.Production;
using Melody.Corpus.Records;
using static Melody.Music.GmProgram;

namespace Melody.Corpus.Mixing;

/// <summary>
/// Draws the strip of each player as a producer would set it: bass, bass drum and lead near the middle, chords and pads
/// spread, second takes opposite to the first, an orchestra in its seats. Levels move by 1.5 dB at most, so that what the
/// captions say of who sounds stays true.
/// </summary>
internal sealed class MixDraw(SeededRandom random, ProductionSettings production)
{
    private const double LargestPan = 0.9;

    private readonly Dictionary<int, PartMix> _places = [];
    private readonly Dictionary<int, double> _takes = [];
    private readonly Dictionary<int, int> _desks = [];
    private double _lean;

    /// <summary>A strip for each player, in their order.</summary>
    public IReadOnlyList<PartMix> Draw(IReadOnlyList<Player> players)
    {
        var pitched = players.Where(player => !player.IsDrums).ToList();
        int instruments = pitched.Select(player => player.Program).Distinct().Count();
        bool isOrchestra = pitched.Count > 2 && instruments > 1 && pitched.All(player => Seats.Of(player.Program) is not null);
        bool hasBass = players.Any(player => player.IsKick || player.Role == PlayerRole.Bass);
        var mixes = new List<PartMix>();
        foreach (var player in players)
        {
            var mix =
                player.IsDrums ? Kit(player)
                : Shared(player) is { } place ? place
                : isOrchestra ? Seat(player)
                : instruments == 1 ? Alone(player)
                : instruments == 2 && player.Role != PlayerRole.Bass && pitched.All(other => other.Role != PlayerRole.Bass) ? Apart(player)
                : Band(player);
            if (IsOneBody(player))
                _places.TryAdd(player.Program, mix);
            mixes.Add(Finish(mix, player, hasBass));
        }
        return mixes;
    }

    // two hands on one keyboard, tune and chords on one guitar: one instrument in one place
    private static bool IsOneBody(Player player) =>
        player.Take == 0 && player.Program is <= NylonGuitar or Harp or (>= Sitar and <= Kalimba);

    private PartMix? Shared(Player player) => IsOneBody(player) ? _places.GetValueOrDefault(player.Program) : null;

    private PartMix Kit(Player player) =>
        player.IsKick
            ? new PartMix
            {
                GainDecibels = Level(),
                Width = 0,
                SendDecibels = -20,
            }
            : new PartMix
            {
                GainDecibels = Level(),
                Width = random.Between(0.7, 1),
                SendDecibels = random.Between(-8.0, -3),
            };

    private PartMix Alone(Player player) =>
        new()
        {
            GainDecibels = 0,
            Pan = random.Between(-0.06, 0.06),
            Spread = Keys(player.Program) ? random.Between(0.1, 0.3) : 0,
            Decorrelation = Sustains(player.Program) ? random.Between(0.1, 0.45) : 0,
        };

    // two who face each other: the places of a duet
    private PartMix Apart(Player player) => Alone(player) with { GainDecibels = Level(), Pan = Side(random.Between(0.12, 0.45)) };

    private PartMix Seat(Player player)
    {
        var (pan, depth) = Seats.Of(player.Program)!.Value;
        int taken = _desks[player.Program] = _desks.GetValueOrDefault(player.Program, -1) + 1;
        // a second desk sits further in
        pan = taken == 0 ? pan : pan - Math.Sign(pan + 1e-9) * 0.25 * taken;
        pan = Math.Clamp(pan * random.Between(0.75, 1.15) + random.Between(-0.05, 0.05), -0.75, 0.75);
        return new PartMix
        {
            GainDecibels = Level(),
            Pan = pan,
            Spread = Keys(player.Program) ? random.Between(0.05, 0.15) : 0,
            Decorrelation = player.Program is ChurchOrgan or (>= StringEnsemble1 and <= SynthVoice) or TremoloStrings or PizzicatoStrings
                ? random.Between(0.2, 0.55)
                : 0,
            SendDecibels = depth * production.DepthDecibels / 6 + random.Between(-1.0, 1),
        };
    }

    private PartMix Band(Player player)
    {
        double depth = production.DepthDecibels;
        if (player.Role == PlayerRole.Bass)
            return new PartMix
            {
                GainDecibels = Level(),
                Pan = random.Between(-0.04, 0.04),
                Width = random.Between(0.0, 0.3),
                SendDecibels = random.Between(-18.0, -12),
            };
        if (player.Take > 0)
        {
            if (!_takes.TryGetValue(player.Part, out double place))
                _takes[player.Part] = place = (random.Chance(0.5) ? 1 : -1) * random.Between(0.5, 0.85);
            return new PartMix
            {
                GainDecibels = -3,
                Pan = player.Take == 1 ? place : -place,
                SendDecibels = -0.2 * depth,
            };
        }
        if (player.Role == PlayerRole.Melody)
            return new PartMix
            {
                GainDecibels = Level(),
                Pan = random.Between(-0.1, 0.1),
                Width = random.Between(0.6, 1),
                Spread = Keys(player.Program) ? random.Between(0.05, 0.2) : 0,
                SendDecibels = -0.5 * depth,
            };
        if (Sustains(player.Program))
            return new PartMix
            {
                GainDecibels = Level(),
                Pan = Side(random.Between(0.0, 0.25)),
                Decorrelation = random.Between(0.25, 0.65),
                SendDecibels = 0.5 * depth,
            };
        return new PartMix
        {
            GainDecibels = Level(),
            Pan = Side(player.Role == PlayerRole.Counter ? random.Between(0.2, 0.45) : random.Between(0.2, 0.7)),
            Spread = Keys(player.Program) ? random.Between(0.05, 0.2) : 0,
            SendDecibels = random.Between(-0.2, 0.2) * depth,
        };
    }

    private PartMix Finish(PartMix mix, Player player, bool hasBass)
    {
        // where others hold the lows the rest makes room, but never for its own fundamentals
        bool isLow = player.IsKick || player.Role == PlayerRole.Bass;
        double cut =
            isLow ? 0
            : player.IsDrums ? random.Between(35.0, 70)
            : Math.Min(random.Between(80.0, 160), 0.75 * player.LowestHertz);
        double wide = Math.Max(1, production.Width);
        return mix with
        {
            LowCutHertz = isLow || !hasBass && !player.IsDrums || cut < 30 ? 0 : cut,
            BellDecibels = random.Between(-2.0, 2),
            BellHertz = 250 * Math.Pow(20, random.NextDouble()),
            Pan = Math.Clamp(mix.Pan * wide, -LargestPan, LargestPan),
            Spread = mix.Spread * wide,
            Decorrelation = mix.Decorrelation * wide,
        };
    }

    private double Level() => random.Between(-1.5, 1.5);

    // the side that has less on it so far
    private double Side(double pan)
    {
        int sign = Math.Abs(_lean) < 0.05 ? (random.Chance(0.5) ? 1 : -1) : -Math.Sign(_lean);
        _lean += sign * pan;
        return sign * pan;
    }

    private static bool Keys(int program) => program is <= Dulcimer or Harp or Kalimba;

    private static bool Sustains(int program) =>
        program
            is (>= DrawbarOrgan and <= Accordion)
                or TangoAccordion
                or TremoloStrings
                or PizzicatoStrings
                or (>= StringEnsemble1 and <= SynthVoice)
                or (>= NewAgePad and <= SciFiEffect);
}
