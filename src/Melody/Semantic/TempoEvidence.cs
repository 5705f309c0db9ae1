namespace Melody.Semantic;

/// <summary>
/// How plainly a song's last seconds are heard in the wished tempo, and what would make it plainer: a song that keeps its beat is
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

    // where in the beat a song may be heard to stand: at the wished place, or beside it
    private const int Places = 16;

    private readonly Evidence _evidence;
    private readonly double _radiansPerFrame, _start;
    private int _frames;

    /// <param name="radiansPerFrame">How far the beat moves on from frame to frame; 2 pi is a beat.</param>
    /// <param name="start">Where in the beat the first frame is, rad.</param>
    /// <param name="memory">After how many frames evidence has faded to 1/e.</param>
    public TempoEvidence(double radiansPerFrame, double start, double memory)
    {
        (_radiansPerFrame, _start) = (radiansPerFrame, start);
        double[][] fits = [.. Enumerable.Range(0, Places).Select(place => Math.SinCos(2 * Math.PI * place / Places)).Select(at => new[] { Beat * at.Cos, Beat * at.Sin })];
        _evidence = new(fits, [1, .. Enumerable.Repeat(0.0, Places - 1)], Weight, memory);
    }

    /// <summary>Takes in a frame.</summary>
    /// <param name="cosine">Of its place in the beat, as far as it tells it.</param>
    /// <param name="sine">The same.</param>
    public void Hear(double cosine, double sine)
    {
        var (s, c) = Math.SinCos(_start + _radiansPerFrame * _frames++);
        _evidence.Hear([(float)(cosine * c + sine * s), (float)(sine * c - cosine * s)]);
    }

    /// <summary>What the cosine and the sine of the next frame's place are worth, nats.</summary>
    public (double Cosine, double Sine) Worth()
    {
        var worth = _evidence.Worth();
        var (on, off) = (worth[0] + Always * Beat, worth[1]);
        var (s, c) = Math.SinCos(_start + _radiansPerFrame * _frames);
        return (on * c - off * s, on * s + off * c);
    }
}
