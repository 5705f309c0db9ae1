using System.Text;

namespace Melody.Corpus.Import;

/// <summary>A row of a table and the line of the file on which it begins, from 1.</summary>
internal sealed record TableRow(int Line, string[] Cells);

/// <summary>
/// Comma-separated values as RFC 4180 has them, and tab-separated values (without quotes). Lines end with LF, CR LF or CR;
/// empty lines are left out. What breaks the rules is refused with its line.
/// </summary>
internal static class DelimitedText
{
    /// <summary>The rows of a CSV text; quoted cells may hold commas, quotes ("") and line breaks.</summary>
    /// <param name="text">The text.</param>
    /// <param name="path">What error messages call the file.</param>
    /// <exception cref="MelodyException">A quote never closes, or text follows a closed one.</exception>
    public static List<TableRow> ParseCsv(string text, string path)
    {
        var rows = new List<TableRow>();
        var cells = new List<string>();
        var cell = new StringBuilder();
        var (line, first, opened) = (1, 1, 0);
        var (state, any) = (State.Plain, false);

        void EndCell()
        {
            cells.Add(cell.ToString());
            cell.Clear();
            state = State.Plain;
        }
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            bool endsLine = c == '\n' || (c == '\r' && (i + 1 == text.Length || text[i + 1] != '\n'));
            if (endsLine)
                line++;
            if (state == State.Quoted)
            {
                if (c != '"')
                    cell.Append(c);
                else if (i + 1 < text.Length && text[i + 1] == '"')
                    cell.Append(text[i++]);
                else
                    state = State.Closed;
                continue;
            }
            if (endsLine)
            {
                EndCell();
                if (any)
                    rows.Add(new(first, [.. cells]));
                cells.Clear();
                (any, first) = (false, line);
                continue;
            }
            switch (c)
            {
                case '\r': // the other half of the line's end
                    break;
                case ',':
                    EndCell();
                    any = true;
                    break;
                case '"' when state == State.Plain && string.IsNullOrWhiteSpace(cell.ToString()):
                    cell.Clear();
                    (state, any, opened) = (State.Quoted, true, line);
                    break;
                case ' ' or '\t' when state == State.Closed:
                    break;
                default:
                    if (state == State.Closed)
                        throw new MelodyException(
                            $"Line {line} of '{path}' has text behind a closed quote; write quotes inside a quoted cell twice."
                        );
                    cell.Append(c);
                    any = true;
                    break;
            }
        }
        if (state == State.Quoted)
            throw new MelodyException($"Line {opened} of '{path}' opens a quote that never closes.");
        EndCell();
        if (any)
            rows.Add(new(first, [.. cells]));
        return rows;
    }

    /// <summary>The rows of a TSV text.</summary>
    public static List<TableRow> ParseTsv(string text) =>
        [.. Lines(text).Where(line => line.Text.Length > 0).Select(line => new TableRow(line.Number, line.Text.Split('\t')))];

    /// <summary>The lines of a text with their numbers, from 1.</summary>
    public static IEnumerable<(int Number, string Text)> Lines(string text) =>
        text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Split('\n').Select((line, index) => (index + 1, line));

    private enum State
    {
        Plain,
        Quoted,
        Closed,
    }
}
