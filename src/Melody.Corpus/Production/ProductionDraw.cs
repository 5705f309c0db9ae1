using Melody.Foundation;

namespace Melody.Corpus.Production;

/// <summary>Kinds of production that a piece may ask for.</summary>
internal enum ProductionProfile
{
    /// <summary>A little room and light touches.</summary>
    Natural,

    /// <summary>No room at all.</summary>
    Dry,

    /// <summary>A concert hall.</summary>
    Hall,

    /// <summary>Loud and even, as on the radio.</summary>
    Polished,

    /// <summary>Long reverb and chorus.</summary>
    Dreamy,

    /// <summary>Driven hard.</summary>
    Driven,

    /// <summary>Narrow band, wow, record noise.</summary>
    LoFi,
}

/// <summary>Draws <see cref="ProductionSettings"/> from a seed: the same seed, the same settings, on every machine.</summary>
internal sealed class ProductionDraw
{
    private static readonly (ProductionProfile Profile, double Weight)[] Weights =
    [
        (ProductionProfile.Natural, 0.30),
        (ProductionProfile.Dry, 0.1),
        (ProductionProfile.Hall, 0.17),
        (ProductionProfile.Polished, 0.17),
        (ProductionProfile.Dreamy, 0.08),
        (ProductionProfile.Driven, 0.06),
        (ProductionProfile.LoFi, 0.12),
    ];

    private readonly CounterRandom _random;
    private ulong _next;

    private ProductionDraw(ulong seed) => _random = new CounterRandom(seed, stream: 0x50524F44); // "PROD"

    /// <summary>Settings of the profile that the seed picks.</summary>
    public static ProductionSettings Draw(ulong seed)
    {
        var draw = new ProductionDraw(seed);
        double left = draw._random.Fork(0x50524F46).Uniform(0); // "PROF"
        var profile = Weights[^1].Profile;
        foreach (var (candidate, weight) in Weights)
        {
            if ((left -= weight) >= 0)
                continue;
            profile = candidate;
            break;
        }
        return draw.Settings(profile, seed);
    }

    /// <summary>Settings of a profile.</summary>
    public static ProductionSettings Draw(ulong seed, ProductionProfile profile) => new ProductionDraw(seed).Settings(profile, seed);

    private ProductionSettings Settings(ProductionProfile profile, ulong seed)
    {
        var natural = new ProductionSettings
        {
            TiltDecibels = Between(-2.5, 2.5),
            MidDecibels = Between(-2.5, 2.5),
            MidHertz = Logarithmic(300, 4000),
            ReverbMix = Between(0.05, 0.25),
            ReverbSeconds = Logarithmic(0.3, 1.2),
            ReverbSize = Between(0.4, 0.9),
            ReverbDampingHertz = Logarithmic(2500, 8000),
            CompressionRatio = Chance(0.5) ? Between(1.2, 2.5) : 1,
            CompressionThreshold = Between(-4, 4),
            Width = Between(0.7, 1.3),
            LoudnessLufs = Between(-23, -14),
            DepthDecibels = Between(4, 9),
            Seed = seed,
        };
        return profile switch
        {
            ProductionProfile.Natural => natural,
            ProductionProfile.Dry => natural with { ReverbMix = 0 },
            ProductionProfile.Hall => natural with
            {
                ReverbMix = Between(0.22, 0.5),
                ReverbSeconds = Logarithmic(1.4, 3.5),
                ReverbSize = Between(1, 1.6),
                CompressionRatio = 1,
                DepthDecibels = Between(2, 6), // who is in a hall is far from the microphones
            },
            ProductionProfile.Polished => natural with
            {
                TiltDecibels = Between(0, 3.5),
                DriveDecibels = Between(1, 5),
                CompressionRatio = Between(3, 6),
                CompressionThreshold = Between(-8, 0),
                Width = Between(1, 1.5),
                LoudnessLufs = Between(-14, -10),
            },
            ProductionProfile.Dreamy => natural with
            {
                TiltDecibels = Between(-4, 0),
                ChorusMix = Between(0.35, 0.6),
                ChorusMilliseconds = Between(1, 3),
                ChorusHertz = Logarithmic(0.2, 1.2),
                ReverbMix = Between(0.35, 0.6),
                ReverbSeconds = Between(2.5, 4.5),
                ReverbSize = Between(1.2, 1.6),
                Width = Between(1, 1.4),
            },
            ProductionProfile.Driven => natural with
            {
                DriveDecibels = Between(7, 22),
                CompressionRatio = Between(2, 5),
                LoudnessLufs = Between(-16, -10),
            },
            _ => natural with
            {
                TiltDecibels = Between(-5, -1),
                DriveDecibels = Between(2, 8),
                BandLowHertz = Logarithmic(60, 250),
                BandHighHertz = Logarithmic(2800, 5500),
                WowMilliseconds = Chance(0.7) ? Between(0.4, 2) : 0,
                WowHertz = Logarithmic(0.3, 1.2),
                VinylDecibels = Chance(0.6) ? Between(22, 36) : 0,
                Width = Between(0, 0.8),
            },
        };
    }

    private double Between(double low, double high) => low + (high - low) * _random.Uniform(_next++);

    private double Logarithmic(double low, double high) => low * Math.Pow(high / low, _random.Uniform(_next++));

    private bool Chance(double probability) => _random.Uniform(_next++) < probability;
}
