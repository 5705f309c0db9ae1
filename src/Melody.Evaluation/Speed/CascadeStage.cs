namespace Melody.Evaluation.Speed;

/// <summary>
/// One language model of a MusicLM-style cascade: which tokens it reads, which it writes, and how many seconds it sees at once.
/// </summary>
/// <param name="Name">Of the stage.</param>
/// <param name="Rate">Tokens a second that it writes.</param>
/// <param name="ReadRate">Tokens a second of the stage before that it reads first.</param>
/// <param name="WindowSeconds">Seconds that one sequence covers.</param>
/// <remarks>
/// MusicLM (Agostinelli et al., 2023): semantic tokens at 25 Hz; SoundStream at 50 Hz with 12 levels, of which the first
/// four are coarse (200 tokens a second) and the other eight fine (400 a second). Its crops are 30 s for the semantic stage
/// and 10 s for the acoustic one, of which AudioLM's fine model sees 3 s. A longer piece is made of such windows side by
/// side; MusicLM lets them overlap, which costs it more than it is charged here.
/// </remarks>
internal sealed record CascadeStage(string Name, int Rate, int ReadRate, double WindowSeconds)
{
    /// <summary>The three stages in their order.</summary>
    public static IReadOnlyList<CascadeStage> All { get; } =
    [new("semantic", 25, 0, 30), new("coarse", 200, 25, 10), new("fine", 400, 200, 3)];

    /// <summary>Tokens of the longest sequence, those read and those written.</summary>
    public int Window => (int)Math.Round((Rate + ReadRate) * WindowSeconds);

    /// <summary>The windows of a piece: how many tokens each reads and writes.</summary>
    public IEnumerable<(int Read, int Write)> Windows(double seconds)
    {
        for (double start = 0; start < seconds - 1e-9; start += WindowSeconds)
        {
            double length = Math.Min(WindowSeconds, seconds - start);
            yield return ((int)Math.Round(ReadRate * length), (int)Math.Round(Rate * length));
        }
    }
}
