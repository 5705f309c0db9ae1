using System.Text.RegularExpressions;

namespace Melody.Studio.Tests.Deploy;

/// <summary>The workflows of .github, which only a hosted repository runs: they parse, and what they name is there.</summary>
public sealed partial class WorkflowTests
{
    private static readonly string Repository = Path.GetDirectoryName(Manifest.Folder)!;

    [Fact]
    public void EveryFileOfTheForgeParses()
    {
        var files = Directory.GetFiles(Path.Combine(Repository, ".github"), "*.yml", SearchOption.AllDirectories);
        Assert.InRange(files.Length, 6, 20);
        foreach (var file in files)
            Assert.NotEmpty(Manifest.Read(file));
        Assert.Equal("1.2.0", Manifest.Read(Path.Combine(Repository, "CITATION.cff"))[0].Text("cff-version"));
    }

    [Theory]
    [InlineData("ci.yml")]
    [InlineData("release.yml")]
    public void WorkflowsRunWhatIsThere(string workflow)
    {
        var jobs = Manifest.Read(Path.Combine(Repository, ".github", "workflows", workflow))[0].Find("jobs")!;
        int named = 0;
        foreach (var job in jobs.Entries.Values)
        {
            Assert.NotNull(job.Find("runs-on"));
            foreach (var run in job.Find("steps")!.Items.Select(step => step.Find("run")?.ToString() ?? ""))
            foreach (Match path in Repositories().Matches(run))
            {
                Assert.True(Path.Exists(Path.Combine(Repository, path.Value)), $"{workflow} names {path.Value}, which is not there.");
                named++;
            }
            if (job.Find("needs") is { } needs)
                Assert.Contains(needs.ToString(), jobs.Entries.Keys);
        }
        Assert.True(named > 1, $"{workflow} names {named} files.");
    }

    [GeneratedRegex(@"(?<![\w/])(tools|src|models)/[\w./-]+|\b(CHANGELOG\.md|Directory\.Build\.props)\b")]
    private static partial Regex Repositories();
}
