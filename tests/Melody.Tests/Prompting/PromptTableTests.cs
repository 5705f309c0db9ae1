using System.Globalization;
using Melody.Conditioning;
using Melody.Music;
using Melody.Prompting;

namespace Melody.Tests.Prompting;

/// <summary>The table <c>prompts.tsv</c>: prompts with what a native speaker takes them to ask for.</summary>
public sealed class PromptTableTests
{
    internal static readonly Vocabulary Vocabulary = Vocabulary.Read(Path.Combine(Root(), "models", "mini", Vocabulary.FileName));

    /// <summary>A line: prompt, tempo, key, metre, families asked for, families refused, alone, not understood.</summary>
    internal static IReadOnlyList<string[]> Lines { get; } =
    [
        .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Prompting", "prompts.tsv"))
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Replace("\\n", "\n", StringComparison.Ordinal).Split('\t')),
    ];

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Lines.Count)];

    [Fact]
    public void The_table_is_long_and_no_prompt_stands_twice()
    {
        Assert.True(Lines.Count >= 150);
        Assert.All(Lines, line => Assert.Equal(8, line.Length));
        Assert.Equal(Lines.Count, Lines.Select(line => line[0]).Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void A_prompt_is_read_as_it_is_meant(int number)
    {
        var line = Lines[number];
        var reading = PromptReader.Explain(line[0], Vocabulary);
        Assert.Equal(
            (line[0], line[1], line[2], line[3], Sorted(line[4]), Sorted(line[5]), line[6]),
            (
                line[0],
                reading.Controls.Bpm?.ToString("0.##", CultureInfo.InvariantCulture) ?? "",
                reading.Controls.Key?.ToString() ?? "",
                reading.Controls.Metre?.ToString() ?? "",
                Names(reading.Controls.Instruments?.Wanted),
                Names(reading.Controls.Instruments?.Unwanted),
                reading.Controls.Instruments?.Alone == true ? "alone" : ""
            )
        );
        Assert.Equal(line[7], string.Join("; ", reading.NotUnderstood.Select(span => span.Text)));
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Spans_are_in_order_apart_and_say_what_stands_there(int number)
    {
        string text = Lines[number][0];
        int end = 0;
        foreach (var span in PromptReader.Explain(text, Vocabulary).Spans)
        {
            Assert.True(span.Start >= end && span.Length > 0, $"{text}: {span}");
            Assert.Equal(text.Substring(span.Start, span.Length), span.Text);
            end = span.Start + span.Length;
        }
        Assert.True(end <= text.Length);
    }

    private static string Sorted(string names) => string.Join(' ', names.Split(' ').Order(StringComparer.Ordinal));

    private static string Names(IEnumerable<InstrumentFamily>? families) =>
        string.Join(' ', (families ?? []).Select(family => family.Name()).Order(StringComparer.Ordinal));

    // the build output lies inside the repository
    private static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Melody.slnx")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("The tests run outside of the repository.");
    }
}
