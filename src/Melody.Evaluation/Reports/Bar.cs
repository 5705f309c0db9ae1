namespace Melody.Evaluation.Reports;

/// <summary>What a model has to reach, and whether it does.</summary>
/// <param name="What">What is asked.</param>
/// <param name="Measured">The figure, or "not measured".</param>
/// <param name="HeldOut">What real music gets by the same judges; empty where that says nothing.</param>
/// <param name="Required">The bar.</param>
/// <param name="Reached">Null where it was not measured.</param>
/// <param name="Note">Why it was not measured, or out of how many.</param>
internal sealed record Bar(string What, string Measured, string HeldOut, string Required, bool? Reached, string Note)
{
    /// <summary>A bar without a figure.</summary>
    public static Bar Missing(string what, string required, string why) => new(what, ReportTable.NotMeasured, "", required, null, why);

    /// <summary>A bar for a figure; NaN is not measured.</summary>
    public static Bar Of(
        string what,
        double figure,
        string measured,
        string heldOut,
        string required,
        Func<double, bool> reached,
        string note
    ) => double.IsNaN(figure) ? Missing(what, required, note) : new(what, measured, heldOut, required, reached(figure), note);

    /// <summary>All bars as a table.</summary>
    public static ReportTable Table(IReadOnlyList<Bar> bars) =>
        new(
            "Bars",
            [
                "\"Held-out music\" is what the same judges say of real music that nobody was trained on: no model can be "
                    + "expected to do better.",
            ],
            ["what", "measured", "held-out music", "at least", "reached", "note"],
            [
                .. bars.Select(b =>
                    new[]
                    {
                        b.What,
                        b.Measured,
                        b.HeldOut,
                        b.Required,
                        b.Reached switch
                        {
                            true => "yes",
                            false => "no",
                            null => "-",
                        },
                        b.Note,
                    }
                ),
            ]
        );
}
