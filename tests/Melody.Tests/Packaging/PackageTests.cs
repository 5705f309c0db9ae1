using System.Diagnostics;
using System.IO.Compression;
using System.Xml.Linq;

namespace Melody.Tests.Packaging;

/// <summary>What is inside the library's packages; tools/try-packages.sh uses them, and those of the model and the tool.</summary>
public sealed class PackageTests
{
    private static readonly string[] Frameworks = ["net10.0", "net8.0"];

    [Fact]
    public async Task PackagesHoldWhatAStrangerNeeds()
    {
        using var folder = new TemporaryFolder();
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        var built = Path.Combine(HouseTests.Repository, "artifacts", "bin", "Melody.Extensions.DependencyInjection");
        foreach (var framework in Frameworks)
            Assert.SkipUnless(Directory.Exists(Path.Combine(built, $"{configuration}_{framework}")), "Build Melody.slnx first.");
        await PackAsync(configuration, folder.Path);

        string[] names = ["Melody", "Melody.Abstractions", "Melody.Extensions.DependencyInjection"];
        var files = Directory.GetFiles(folder.Path).Select(Path.GetFileName).ToList();
        Assert.Equal(names.Length, files.Count(file => file!.EndsWith(".snupkg", StringComparison.Ordinal)));
        foreach (var name in names)
        {
            using var package = ZipFile.OpenRead(Directory.GetFiles(folder.Path, $"{name}.?.*.nupkg").Single());
            string[] entries = [.. package.Entries.Select(entry => entry.FullName)];
            foreach (var framework in Frameworks)
            {
                Assert.Contains($"lib/{framework}/{name}.dll", entries);
                Assert.Contains($"lib/{framework}/{name}.xml", entries);
            }
            CheckDescription(package, name, entries);
            string[] build =
            [
                "KeepTorchSharpLifetimes.cs",
                "LibTorchParts.targets",
                "LibTorchSharpCompat.targets",
                "Melody.targets",
                "RetargetLibTorchSharp.cs",
                "TorchSharpLifetimes.targets",
            ];
            Assert.Equal(
                name == "Melody" ? [.. build.Select(file => $"buildTransitive/net8.0/{file}")] : [],
                entries.Where(entry => entry.StartsWith("build", StringComparison.Ordinal)).Order()
            );
            // no network library travels inside, and nothing of the tests
            Assert.DoesNotContain(entries, entry => entry.StartsWith("runtimes", StringComparison.Ordinal));
            Assert.InRange(package.Entries.Sum(entry => entry.Length), 1, 10_000_000);
        }
    }

    private static void CheckDescription(ZipArchive package, string name, string[] entries)
    {
        using var stream = package.GetEntry($"{name}.nuspec")!.Open();
        var description = XDocument.Load(stream).Root!.Elements().Single();
        string Value(string element) => description.Elements().Single(e => e.Name.LocalName == element).Value;

        Assert.Equal(name, Value("id"));
        Assert.Equal("MIT", Value("license"));
        Assert.Contains(Value("icon"), entries);
        Assert.Contains(Value("readme"), entries);
        foreach (var element in new[] { "authors", "description", "copyright", "tags", "releaseNotes" })
            Assert.NotEqual("", Value(element));
        var version = Value("version");
        var groups = description.Descendants().Where(e => e.Name.LocalName == "group").ToList();
        Assert.Equal(Frameworks, groups.Select(group => group.Attribute("targetFramework")!.Value).Order());
        foreach (var dependency in groups.SelectMany(group => group.Elements()))
        {
            var (id, range) = (dependency.Attribute("id")!.Value, dependency.Attribute("version")!.Value);
            Assert.DoesNotContain(id, new[] { "Melody.Corpus", "Melody.Training", "Melody.Studio" });
            if (id.StartsWith("Melody", StringComparison.Ordinal))
                Assert.Equal(version, range);
            else
                Assert.False(range.StartsWith('[') && !range.Contains(','), $"{name} asks for exactly {id} {range}.");
        }
    }

    private static async Task PackAsync(string configuration, string output)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            ArgumentList =
            {
                "msbuild",
                Path.Combine(HouseTests.Repository, "build", "Packages.proj"),
                "-nologo",
                "-verbosity:quiet",
                "-nodeReuse:false",
                $"-p:Configuration={configuration}",
                $"-p:PackageOutputPath={output}",
            },
        };
        using var process = Process.Start(start)!;
        var said = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, said);
    }
}
