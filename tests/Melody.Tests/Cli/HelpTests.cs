using System.Diagnostics;
using System.Text.RegularExpressions;
using Melody.Cli;
using Melody.Cli.Shared;

namespace Melody.Tests.Cli;

/// <summary>What help pages show, and that what they show works.</summary>
public sealed partial class HelpTests
{
    [Fact]
    public async Task EveryVerbShowsExamplesThatParseAndTenOptionsFirst()
    {
        var tool = new MelodyTool(new Terminal(TextWriter.Null, TextWriter.Null, Interactive: false));
        foreach (var verb in await VerbsAsync([]))
        {
            var page = (await ToolRun.RunAsync([.. verb, "--help"])).Output;
            string first = Section(page, "Options:"),
                advanced = Section(page, "Advanced options:"),
                examples = Section(page, "Examples:");
            Assert.InRange(OptionLine().Count(first), 0, 10);
            // a verb without options of its own has one group
            Assert.Contains("--threads", advanced.Length > 0 ? advanced : first, StringComparison.Ordinal);
            var lines = examples.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.True(lines.Length > 0, $"'{string.Join(' ', verb)}' has no example.");
            foreach (var line in lines)
            {
                string[] words = [.. Word().Matches(line.Split(" | ")[0].Split(" >> ")[0]).Select(word => word.Value.Trim('"'))];
                Assert.Equal("melody", words[0]);
                var parsed = tool.Parse(words[1..]);
                Assert.True(parsed.Errors.Count == 0, $"{line}: {string.Join(' ', parsed.Errors)}");
                Assert.Contains(verb[0], words);
            }
        }
    }

    [Fact]
    public void ThePageKeepsAllThatItHad()
    {
        const string page = """
            Description:
              Makes.

            Options:
              -o, --output <file>  The file
                                   to write.
              --raw                As it is.
              --seed <n>           The seed.

            Commands:
              more  More.

            """;
        var arranged = HelpLayout.Arrange(page, ["--seed", "--output", "--none"], ["make x"]).ReplaceLineEndings("\n");
        Assert.Equal(
            """
            Description:
              Makes.

            Options:
              --seed <n>           The seed.
              -o, --output <file>  The file
                                   to write.

            Advanced options:
              --raw                As it is.

            Commands:
              more  More.

            Examples:
              melody make x

            """,
            arranged
        );
    }

    [Fact]
    public async Task ShellsCompleteVerbsAndOptions()
    {
        Assert.Equal("generate\n", (await ToolRun.RunAsync("[suggest:10]", "melody gen")).Output.ReplaceLineEndings("\n"));
        foreach (var shell in new[] { "zsh", "fish", "powershell" })
            Assert.Contains("[suggest:", (await ToolRun.RunAsync("completion", shell)).Output, StringComparison.Ordinal);
        (await ToolRun.RunAsync("completion", "csh")).AssertRefused("valid shells are bash, zsh, fish, powershell");

        Assert.SkipUnless(File.Exists("/bin/bash"), "There is no bash.");
        var script = (await ToolRun.RunAsync("completion", "bash")).Output;
        var start = new ProcessStartInfo("/bin/bash") { RedirectStandardInput = true, RedirectStandardOutput = true };
        using var bash = Process.Start(start)!;
        await bash.StandardInput.WriteAsync(
            $$"""
            melody() { dotnet "{{Path.Combine(AppContext.BaseDirectory, "Melody.Cli.dll")}}" "$@"; }
            {{script}}
            COMP_LINE='melody doctor --thr' COMP_POINT=19 COMP_WORDS=(melody doctor --thr) COMP_CWORD=2
            _melody
            echo "${COMPREPLY[@]}"
            """
        );
        bash.StandardInput.Close();
        Assert.Equal("--threads\n", await bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    // as the help itself lists them
    private static async Task<List<string[]>> VerbsAsync(string[] parent)
    {
        var page = (await ToolRun.RunAsync([.. parent, "--help"])).Output;
        var verbs = new List<string[]>();
        foreach (var line in Section(page, "Commands:").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] verb = [.. parent, line.Trim().Split(' ')[0]];
            verbs.Add(verb);
            verbs.AddRange(await VerbsAsync(verb));
        }
        return verbs;
    }

    private static string Section(string page, string title)
    {
        page = $"\n{page.ReplaceLineEndings("\n")}";
        int start = page.IndexOf($"\n{title}\n", StringComparison.Ordinal);
        return start < 0 ? "" : page[(start + title.Length + 2)..].Split("\n\n")[0];
    }

    [GeneratedRegex(@"^  -", RegexOptions.Multiline)]
    private static partial Regex OptionLine();

    [GeneratedRegex("\"[^\"]*\"|\\S+")]
    private static partial Regex Word();
}
