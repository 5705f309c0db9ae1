namespace Melody.Steering;

/// <summary>
/// How plainly a song's last seconds are heard in the target tempo, and what would make it plainer: a song that keeps its beat is
/// free in what it plays, and one that drifts is led back.
/// </summary>
internal sealed class TempoEvidence
{
    /// <summary>In nats, for a frame that tells its place in the beat with certainty.</summary>
    public const double Beat = 20;

    /// <summary>Evidence that a frame gives, of its worth in steering.</summary>
    public const double Weight = 0.0075;

    /// <summary>What being on the beat is worth however plain the tempo is, of <see cref="Beat"/>.</summary>
    public const double Always = 0.6;

    // where in the beat a song may be heard to stand: at the target place, or beside it
    private const int Places = 16;

    private readonly Evidence _evidence;
    private readonly double _radiansPerFrame,
        _start;
    private int _frames;

    /// <param name="radiansPerFrame">How far the beat moves on from frame to frame; 2 pi is a beat.</param>
    /// <param name="start">Where in the beat the first frame is, rad.</param>
    /// <param name="memory">After how many frames evidence has faded to 1/e.</param>
    public TempoEvidence(double radiansPerFrame, double start, double memory)
    {
        (_radiansPerFrame, _start) = (radiansPerFrame, start);
        double[][] fits =
        [
            .. Enumerable
                .Range(0, Places)
                .Select(place => Math.SinCos(2 * Math.PI * place / Places))
                .Select(at => new[] { Beat * at.Cos, Beat * at.Sin }),
        ];
        _evidence = new(fits, [1, .. Enumerable.Repeat(0.0, Places - 1)], Weight, memory);
    }

    /// <summary>Where in the beat the first of some frames stands, rad, by all of them; of none 0: the music begins on a beat.</summary>
    /// <param name="places">Cosine and sine of each frame's place, as far as it tells it.</param>
    /// <param name="radiansPerFrame">How far the beat moves on from frame to frame; 2 pi is a beat.</param>
    public static double StartOf(IEnumerable<(double Cosine, double Sine)> places, double radiansPerFrame)
    {
        double real = 0,
            imaginary = 0;
        foreach (var (cosine, sine) in places.Select((place, n) => TurnedBack(place, radiansPerFrame * n)))
            (real, imaginary) = (real + cosine, imaginary + sine);
        return Math.Atan2(imaginary, real);
    }

    /// <summary>Takes in a frame.</summary>
    /// <param name="place">Cosine and sine of its place in the beat, as far as it tells it.</param>
    public void Observe((double Cosine, double Sine) place)
    {
        var (on, off) = TurnedBack(place, _start + _radiansPerFrame * _frames++);
        _evidence.Observe([(float)on, (float)off]);
    }

    /// <summary>What the cosine and the sine of the next frame's place are worth, nats.</summary>
    public (double Cosine, double Sine) LogOdds()
    {
        var worth = _evidence.LogOdds();
        return TurnedBack((worth[0] + Always * Beat, worth[1]), -(_start + _radiansPerFrame * _frames));
    }

    private static (double Cosine, double Sine) TurnedBack((double Cosine, double Sine) place, double angle)
    {
        var (s, c) = Math.SinCos(angle);
        return (place.Cosine * c + place.Sine * s, place.Sine * c - place.Cosine * s);
    }
}
