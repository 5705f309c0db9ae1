using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Melody.Evaluation.Comparison;

/// <summary>What a listener is not told before the end.</summary>
/// <param name="First">Name of one source.</param>
/// <param name="Second">Name of the other.</param>
/// <param name="Seed">Of the order.</param>
/// <param name="FirstIsA">For each prompt, whether A is the first source.</param>
internal sealed record ComparisonKey(string First, string Second, long Seed, IReadOnlyList<bool> FirstIsA);

/// <summary>
/// The page of a blind comparison: static HTML with its own style and script and nothing from elsewhere, to be opened from the disk. The
/// key stands in it as base64, which no glance reads.
/// </summary>
internal static class ComparisonPage
{
    /// <summary>The sound of a prompt, relative to the page.</summary>
    public static string Sound(int prompt, char letter) => Text($"sounds/{prompt + 1:D2}-{letter}.flac");

    /// <summary>Its picture, relative to the page.</summary>
    public static string Picture(int prompt, char letter) => Text($"pictures/{prompt + 1:D2}-{letter}.png");

    /// <summary>The page's text.</summary>
    /// <param name="prompts">The words of each prompt.</param>
    /// <param name="key">Which is which.</param>
    public static string Write(IReadOnlyList<string> prompts, ComparisonKey key)
    {
        byte[] secret = JsonSerializer.SerializeToUtf8Bytes(key, JsonSerializerOptions.Web);
        // answers are kept under it; another comparison has another
        string id = Convert.ToHexStringLower(SHA256.HashData([.. secret, .. Encoding.UTF8.GetBytes(string.Join('\n', prompts))]))[..16];
        var html = new StringBuilder();
        html.Append(
            CultureInfo.InvariantCulture,
            $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Which sounds better?</title>
            <style>
            {Resource("comparison.css")}
            </style>
            </head>
            <body>
            <main id="comparison" data-id="{id}" data-key="{Convert.ToBase64String(secret)}">
            <h1>Which sounds better?</h1>
            <p>Each prompt was answered twice, equally loud. Listen to both and choose. Which is which is told at the end; until then your
            choices can be changed, and they stay in this browser.</p>
            <noscript><p>This page needs JavaScript.</p></noscript>

            """
        );
        for (int i = 0; i < prompts.Count; i++)
            Prompt(html, i, prompts[i]);
        html.Append(
            CultureInfo.InvariantCulture,
            $"""
            <section aria-labelledby="result-heading">
            <h2 id="result-heading">Result</h2>
            <p id="progress" role="status"></p>
            <button type="button" id="reveal" disabled>Show the result</button>
            <div id="result" tabindex="-1" hidden>
            <table><thead><tr><th scope="col">source</th><th scope="col">preferred</th></tr></thead><tbody id="tally"></tbody></table>
            <p id="chance"></p>
            <button type="button" id="download">Download the answers as JSON</button>
            </div>
            <button type="button" id="again">Delete my answers</button>
            </section>
            </main>
            <script>
            {Resource("comparison.js")}
            </script>
            </body>
            </html>

            """
        );
        return html.ToString();
    }

    private static void Prompt(StringBuilder html, int index, string words)
    {
        int number = index + 1;
        html.Append(
            CultureInfo.InvariantCulture,
            $"""
            <section class="prompt" aria-labelledby="prompt-{number}">
            <h2 id="prompt-{number}">{number}. {Escape(words)}</h2>
            <div class="pair">

            """
        );
        foreach (char letter in "ab")
        {
            char name = char.ToUpperInvariant(letter);
            html.Append(
                CultureInfo.InvariantCulture,
                $"""
                <figure>
                <figcaption>{name} <span class="source" data-side="{letter}"></span></figcaption>
                <img src="{Picture(index, letter)}" alt="Spectrogram of {name}, prompt {number}" loading="lazy">
                <audio controls preload="none" src="{Sound(index, letter)}" aria-label="{name}, prompt {number}"></audio>
                </figure>

                """
            );
        }
        html.Append("</div>\n<fieldset>\n<legend>Which sounds better?</legend>\n");
        foreach (var (value, name) in new[] { ("a", "A"), ("b", "B"), ("none", "no difference") })
            html.Append(
                CultureInfo.InvariantCulture,
                $"<label><input type=\"radio\" name=\"choice-{number}\" value=\"{value}\"> {name}</label>\n"
            );
        html.Append("</fieldset>\n</section>\n");
    }

    private static string Resource(string name)
    {
        using var stream = typeof(ComparisonPage).Assembly.GetManifestResourceStream($"Comparison/{name}")
            ?? throw new InvalidOperationException($"{name} is not embedded.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().ReplaceLineEndings("\n").TrimEnd();
    }

    private static string Escape(string text) => WebUtility.HtmlEncode(text);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
