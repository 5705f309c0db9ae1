using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Melody.Cli;
using Melody.Cli.Shared;

namespace Melody.Tests;

/// <summary>What the documents claim: links lead somewhere, commands are commands of the tool, and the version is one.</summary>
public sealed partial class DocumentTests
{
    private static readonly string[] Rooms = ["docs", "models", "deploy", ".github"];

    /// <summary>All pages of the repository, by their path in it.</summary>
    private static IEnumerable<string> Pages =>
        Directory
            .EnumerateFiles(HouseTests.Repository, "*.md")
            .Concat(
                Rooms.SelectMany(room =>
                    Directory.EnumerateFiles(Path.Combine(HouseTests.Repository, room), "*.md", SearchOption.AllDirectories)
                )
            );

    [Fact]
    public void LinksLeadSomewhere()
    {
        var lost = new List<string>();
        foreach (var page in Pages)
        foreach (Match link in Link().Matches(File.ReadAllText(page)))
        {
            var (path, anchor) = (link.Groups["path"].Value, link.Groups["anchor"].Value);
            if (path.Contains(':', StringComparison.Ordinal))
                continue;
            var target = path.Length == 0 ? page : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page)!, path));
            bool leads = File.Exists(target) || Directory.Exists(target);
            if (leads && anchor.Length > 0)
                leads = Anchors(target).Contains(anchor);
            if (!leads)
                lost.Add($"{Path.GetRelativePath(HouseTests.Repository, page)}: {link.Value}");
        }
        Assert.True(lost.Count == 0, string.Join('\n', lost));
    }

    [Fact]
    public void ResearchNotesAreShortAndListed()
    {
        var folder = Path.Combine(HouseTests.Repository, "docs", "research");
        var index = File.ReadAllText(Path.Combine(folder, "README.md"));
        var notes = Directory.GetFiles(folder, "20*.md");
        Assert.NotEmpty(notes);
        foreach (var note in notes)
        {
            Assert.InRange(File.ReadLines(note).Count(), 1, 40);
            Assert.Contains($"]({Path.GetFileName(note)})", index, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void OneVersionIsReleasedEverywhere()
    {
        var version = XDocument.Load(Path.Combine(HouseTests.Repository, "Directory.Build.props")).Descendants("Version").Single().Value;
        var changes = File.ReadAllText(Path.Combine(HouseTests.Repository, "CHANGELOG.md"));
        Assert.Matches($@"(?m)^## Unreleased$", changes);
        Assert.Matches($@"(?m)^## {Regex.Escape(version)} - \d{{4}}-\d\d-\d\d$", changes);
        Assert.Contains(
            $"\nversion: {version}\n",
            File.ReadAllText(Path.Combine(HouseTests.Repository, "CITATION.cff")),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void CommandsInDocumentsParse()
    {
        var tool = new MelodyTool(new Terminal(TextWriter.Null, TextWriter.Null, Interactive: false));
        var wrong = new List<string>();
        int parsed = 0;
        foreach (var page in Pages.Where(page => Path.GetFileName(page) != "CHANGELOG.md"))
        foreach (var block in Block().Matches(File.ReadAllText(page)).Where(block => block.Groups["language"].Value is "" or "shell"))
        foreach (Match command in Command().Matches(block.Groups["text"].Value.Replace("\\\n", " ", StringComparison.Ordinal)))
        {
            var line = command.Groups["words"].Value;
            if (Placeholder().IsMatch(line))
                continue;
            var words = Word().Matches(line).Select(word => word.Value.Trim('"', '\''));
            foreach (var error in tool.Parse([.. words]).Errors)
                wrong.Add($"{Path.GetRelativePath(HouseTests.Repository, page)}: melody {line}: {error.Message}");
            parsed++;
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(parsed > 40, $"Only {parsed} commands were found.");
    }

    [Fact]
    public async Task TheScriptThatMadeTheModelUsesVerbsAndOptionsThatThereAre()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The script is for bash.");
        using var folder = new TemporaryFolder();
        string work = Path.Combine(folder.Path, "work"),
            calls = Path.Combine(folder.Path, "calls"),
            melody = Path.Combine(folder.Path, "melody");
        // a tool that writes down how it is called, one argument a line and an empty one after each call
        await File.WriteAllTextAsync(melody, $"#!/bin/sh\nfor word; do echo \"$word\"; done >>'{calls}'\necho >>'{calls}'\n", Token);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(melody, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var made in new[] { "model", "corpus-301", "corpus-302" })
            Directory.CreateDirectory(Path.Combine(work, made));
        await File.WriteAllTextAsync(Path.Combine(work, "corpus-302", "shard-00065.flac"), "", Token);
        var script = Path.Combine(HouseTests.Repository, "models", "mini", "reproduce.sh");
        var start = new ProcessStartInfo("bash") { ArgumentList = { script, folder.Path, melody, work }, RedirectStandardError = true };
        start.Environment["MELODY"] = melody;
        using var process = Process.Start(start)!;
        var error = await process.StandardError.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        Assert.True(process.ExitCode == 0, error);

        var tool = new MelodyTool(new Terminal(TextWriter.Null, TextWriter.Null, Interactive: false));
        var all = (await File.ReadAllTextAsync(calls, Encoding.UTF8, Token)).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.InRange(all.Length, 40, 80);
        foreach (var call in all)
            Assert.Empty(tool.Parse(call.Split('\n', StringSplitOptions.RemoveEmptyEntries)).Errors.Select(e => $"{call}: {e.Message}"));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The anchors that headings get: lower case, without punctuation, hyphens for spaces.</summary>
    private static HashSet<string> Anchors(string page) =>
        [
            .. Heading()
                .Matches(File.ReadAllText(page))
                .Select(heading => Punctuation().Replace(heading.Groups["text"].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-')),
        ];

    [GeneratedRegex(@"\]\((?<path>[^)#\s]*)(#(?<anchor>[^)\s]+))?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex Punctuation();

    [GeneratedRegex(@"^```(?<language>\w*)\n(?<text>.+?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();

    // up to a comment, a pipe, a redirection, another command or the background
    [GeneratedRegex(@"^(\$ )?(\./)?melody (?<words>(""[^""\n]*""|'[^'\n]*'|[^""'#|&;>\n])+)", RegexOptions.Multiline)]
    private static partial Regex Command();

    // words that stand for others
    [GeneratedRegex(@"…|\.\.\.|\bVERB\b|\bSTAGE\b|<|\[|\b\w+ \| ")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"""[^""]*""|'[^']*'|\S+")]
    private static partial Regex Word();
}
