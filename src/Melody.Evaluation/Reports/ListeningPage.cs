using System.Globalization;
using System.Net;
using System.Text;

namespace Melody.Evaluation.Reports;

/// <summary>Something to hear on the page.</summary>
/// <param name="Title">What it was made from.</param>
/// <param name="Detail">Seed, where it comes from.</param>
/// <param name="Sounds">A caption, a sound file and a picture or null for each player; files relative to the page.</param>
/// <param name="Findings">What was heard, and whether it is what was asked: null where nothing was.</param>
internal sealed record PageItem(
    string Title,
    string Detail,
    IReadOnlyList<(string Caption, string Sound, string? Picture)> Sounds,
    IReadOnlyList<(string Text, bool? Right)> Findings
);

/// <summary>The report as one static HTML page without scripts, to be opened from the disk; sounds and pictures lie beside it.</summary>
internal static class ListeningPage
{
    private const string Style = """
        :root { color-scheme: light dark; --line: #8884; --soft: #8881; --right: #1a7f37; --wrong: #c62828; }
        body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 0 auto; padding: 1rem 1.25rem 4rem; }
        h1 { font-size: 1.6rem; margin: .5rem 0; } h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; }
        p { margin: .35rem 0; } nav a { margin-right: 1rem; }
        table { border-collapse: collapse; margin: .75rem 0; }
        td, th { border-bottom: 1px solid var(--line); padding: .25rem .7rem; text-align: right; vertical-align: top; }
        td:first-child, th:first-child { text-align: left; }
        .scroll { overflow-x: auto; }
        .items { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(20rem, 1fr)); }
        article { border: 1px solid var(--line); border-radius: .5rem; padding: .75rem; background: var(--soft); }
        article h3 { font-size: 1rem; margin: 0; } article small { opacity: .7; }
        figure { margin: .5rem 0 0; }
        figcaption { font-size: .85rem; }
        figure img { display: block; width: 100%; height: 8rem; border-radius: .25rem; background: #000; }
        audio { width: 100%; margin-top: .35rem; }
        ul { list-style: none; display: flex; flex-wrap: wrap; gap: .35rem; padding: 0; margin: .5rem 0 0; }
        li { border: 1px solid var(--line); border-radius: 1rem; padding: 0 .6rem; font-size: .85rem; }
        .right { border-color: var(--right); color: var(--right); } .wrong { border-color: var(--wrong); color: var(--wrong); }
        """;

    /// <summary>The page's text: the first table, what can be heard, the other tables.</summary>
    /// <param name="title">Names the model.</param>
    /// <param name="notes">Sentences under the title.</param>
    /// <param name="tables">All figures.</param>
    /// <param name="groups">What can be heard, by heading.</param>
    public static string Write(
        string title,
        IReadOnlyList<string> notes,
        IReadOnlyList<ReportTable> tables,
        IReadOnlyList<(string Heading, IReadOnlyList<PageItem> Items)> groups
    )
    {
        var html = new StringBuilder(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
                + "content=\"width=device-width, initial-scale=1\">\n"
        );
        html.Append(
            CultureInfo.InvariantCulture,
            $"<title>{Text(title)}</title>\n<style>\n{Style}\n</style>\n</head>\n<body>\n<h1>{Text(title)}</h1>\n"
        );
        foreach (var note in notes)
            html.Append(CultureInfo.InvariantCulture, $"<p>{Text(note)}</p>\n");
        var heard = groups.Where(g => g.Items.Count > 0).ToList();
        html.Append("<nav>")
            .AppendJoin("", heard.Select((g, i) => string.Create(CultureInfo.InvariantCulture, $"<a href=\"#g{i}\">{Text(g.Heading)}</a>")))
            .Append("<a href=\"#figures\">Figures</a></nav>\n");
        foreach (var table in tables.Take(1))
            Table(html, table);
        for (int i = 0; i < heard.Count; i++)
        {
            html.Append(CultureInfo.InvariantCulture, $"<h2 id=\"g{i}\">{Text(heard[i].Heading)}</h2>\n<div class=\"items\">\n");
            foreach (var item in heard[i].Items)
                Item(html, item);
            html.Append("</div>\n");
        }
        html.Append("<section id=\"figures\">\n");
        foreach (var table in tables.Skip(1))
            Table(html, table);
        html.Append("</section>\n");
        return html.Append("</body>\n</html>\n").ToString();
    }

    private static void Table(StringBuilder html, ReportTable table)
    {
        html.Append(CultureInfo.InvariantCulture, $"<h2>{Text(table.Title)}</h2>\n");
        foreach (var note in table.Notes)
            html.Append(CultureInfo.InvariantCulture, $"<p>{Text(note)}</p>\n");
        html.Append("<div class=\"scroll\"><table>\n<tr>")
            .AppendJoin("", table.Columns.Select(c => $"<th>{Text(c)}</th>"))
            .Append("</tr>\n");
        foreach (var row in table.Rows)
            html.Append("<tr>")
                .AppendJoin(
                    "",
                    row.Select(c => $"<td{c switch { "yes" => " class=\"right\"", "no" => " class=\"wrong\"", _ => "" }}>{Text(c)}</td>")
                )
                .Append("</tr>\n");
        html.Append("</table></div>\n");
    }

    private static void Item(StringBuilder html, PageItem item)
    {
        html.Append(CultureInfo.InvariantCulture, $"<article>\n<h3>{Text(item.Title)}</h3>\n<small>{Text(item.Detail)}</small>\n");
        foreach (var (caption, sound, picture) in item.Sounds)
        {
            html.Append("<figure>");
            if (caption.Length > 0)
                html.Append(CultureInfo.InvariantCulture, $"<figcaption>{Text(caption)}</figcaption>");
            if (picture is not null)
                html.Append(CultureInfo.InvariantCulture, $"<img src=\"{Text(picture)}\" alt=\"spectrogram\" loading=\"lazy\">");
            html.Append(CultureInfo.InvariantCulture, $"<audio controls preload=\"none\" src=\"{Text(sound)}\"></audio></figure>\n");
        }
        if (item.Findings.Count > 0)
            html.Append("<ul>")
                .AppendJoin(
                    "",
                    item.Findings.Select(f =>
                        $"<li{f.Right switch { true => " class=\"right\"", false => " class=\"wrong\"", null => "" }}>{Text(f.Text)}</li>"
                    )
                )
                .Append("</ul>\n");
        html.Append("</article>\n");
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
