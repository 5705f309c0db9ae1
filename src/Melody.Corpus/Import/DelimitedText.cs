using System.Text;

namespace Melody.Corpus.Import;

/// <summary>Comma-separated values as RFC 4180 has them, and tab-separated values (without quotes).</summary>
internal static class DelimitedText
{
    /// <summary>The rows of a CSV text; quoted cells may hold commas, quotes ("") and line breaks. Empty lines are left out.</summary>
    public static List<string[]> ParseCsv(string text)
    {
        var rows = new List<string[]>();
        var row = new List<string>();
        var cell = new StringBuilder();
        var (quoted, any) = (false, false);
        void EndRow()
        {
            row.Add(cell.ToString());
            cell.Clear();
            if (any)
                rows.Add([.. row]);
            row.Clear();
            any = false;
        }
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quoted)
            {
                if (c != '"')
                    cell.Append(c);
                else if (i + 1 < text.Length && text[i + 1] == '"')
                    cell.Append(text[i++]);
                else
                    quoted = false;
                continue;
            }
            switch (c)
            {
                case '"' when cell.Length == 0:
                    quoted = true;
                    any = true;
                    break;
                case ',':
                    row.Add(cell.ToString());
                    cell.Clear();
                    any = true;
                    break;
                case '\n':
                    EndRow();
                    break;
                case '\r':
                    break;
                default:
                    cell.Append(c);
                    any = true;
                    break;
            }
        }
        EndRow();
        return rows;
    }

    /// <summary>The rows of a TSV text. Empty lines are left out.</summary>
    public static List<string[]> ParseTsv(string text) =>
        [.. text.Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Length > 0).Select(line => line.Split('\t'))];
}
