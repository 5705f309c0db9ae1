using System.Text.Json;
using Deque.AxeCore.Playwright;
using Melody.Audio;
using Melody.Studio.Tests.Cli;
using Melody.Studio.Tests.Support;
using Melody.Tests;
using Microsoft.Playwright;

namespace Melody.Studio.Tests.Page;

/// <summary>The page of <c>melody evaluate compare</c> in a browser, from the disk, as a listener walks it with keys alone.</summary>
public sealed class ComparisonPageTests(Browser browser) : IClassFixture<Browser>, IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();

    public async ValueTask DisposeAsync()
    {
        await browser.ClosePagesAsync();
        _folder.Dispose();
    }

    private async Task<Uri> PageAsync()
    {
        foreach (var (folder, hertz) in new[] { ("old", 220.0), ("new", 880.0) })
        {
            Directory.CreateDirectory(_folder[folder]);
            foreach (string name in new[] { "drums", "harp", "piano" })
            {
                float[] samples = [.. Enumerable.Range(0, 16_000).Select(n => (float)(0.1 * Math.Sin(2 * Math.PI * hertz * n / 16_000)))];
                new AudioClip(samples, 16_000).Write(Path.Combine(_folder[folder], $"{name}.wav"));
            }
        }
        var (code, _, error) = await DatabaseOptionTests.RunAsync(
            "evaluate",
            "compare",
            _folder["old"],
            _folder["new"],
            "-o",
            _folder["page"],
            "--seed",
            "5"
        );
        Assert.True(code == 0, error);
        return new(_folder["page/index.html"]);
    }

    // one of the three choices of a prompt, as a screen reader finds it
    private static ILocator Choice(IPage page, int prompt, string name) =>
        page.GetByRole(AriaRole.Region, new() { Name = $"{prompt}." }).GetByRole(AriaRole.Radio, new() { Name = name, Exact = true });

    // which letter the new source has, by the key in the page
    private static Task<string> LetterOfNewAsync(IPage page, int prompt) =>
        page.EvaluateAsync<string>(
            $"() => {{ const key = JSON.parse(atob(document.getElementById('comparison').dataset.key)); "
                + $"return key.firstIsA[{prompt - 1}] ? 'B' : 'A'; }}"
        );

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task A_listener_chooses_blindly_and_is_told_at_the_end(ColorScheme colours)
    {
        var address = await PageAsync();
        var page = await browser.OpenAsync(address, colours, 900, 800);
        var outside = new List<string>();
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith("file:", StringComparison.Ordinal))
                outside.Add(request.Url);
        };
        await page.ReloadAsync();
        Assert.DoesNotContain("880", await page.InnerTextAsync("body"), StringComparison.Ordinal);
        await Assertions.Expect(page.Locator("#reveal")).ToBeDisabledAsync();
        await Assertions.Expect(page.Locator("#result")).ToBeHiddenAsync();

        await page.EvaluateAsync("() => document.querySelectorAll('audio')[1].play()");
        await page.WaitForFunctionAsync("() => document.querySelectorAll('audio')[1].currentTime > 0.05");
        await page.EvaluateAsync("() => document.querySelectorAll('audio')[0].play()");
        await page.WaitForFunctionAsync("() => document.querySelectorAll('audio')[1].paused");

        // the new one twice, once no difference; keys alone
        await Choice(page, 1, await LetterOfNewAsync(page, 1)).PressAsync("Space");
        await Choice(page, 2, await LetterOfNewAsync(page, 2)).PressAsync("Space");
        await page.ReloadAsync();
        await Assertions.Expect(page.Locator("#progress")).ToHaveTextAsync("2 of 3 answered.");
        await Choice(page, 3, "no difference").PressAsync("Space");
        foreach (var label in await page.Locator(".source").AllInnerTextsAsync())
            Assert.Equal("", label);
        await page.Locator("#reveal").PressAsync("Enter");
        await Assertions.Expect(page.Locator("#result")).ToBeFocusedAsync();
        await Assertions.Expect(page.Locator("#tally")).ToContainTextAsync("new");
        Assert.Equal(["0", "2", "1"], await page.Locator("#tally td:nth-child(2)").AllInnerTextsAsync());
        await Assertions.Expect(page.Locator("#chance")).ToContainTextAsync("50.0 %"); // two of two
        await Assertions.Expect(Choice(page, 1, "A")).ToBeDisabledAsync();
        var violations = (await page.RunAxe()).Violations;
        Assert.True(violations.Length == 0, string.Join('\n', violations.Select(v => $"{v.Id}: {v.Help}: {v.Nodes[0].Html}")));

        var download = await page.RunAndWaitForDownloadAsync(() => page.Locator("#download").ClickAsync());
        var answers = JsonDocument
            .Parse(await File.ReadAllTextAsync(await download.PathAsync(), TestContext.Current.CancellationToken))
            .RootElement;
        Assert.Equal([0, 2], answers.GetProperty("preferred").EnumerateArray().Select(n => n.GetInt32()));
        Assert.Equal("drums", answers.GetProperty("answers")[0].GetProperty("prompt").GetString());
        Assert.Equal(_folder["new"], answers.GetProperty("answers")[0].GetProperty("preferred").GetString());
        Assert.Equal(JsonValueKind.Null, answers.GetProperty("answers")[2].GetProperty("preferred").ValueKind);
        Assert.Empty(outside);

        page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        await page.Locator("#again").ClickAsync();
        await Assertions.Expect(page.Locator("#progress")).ToHaveTextAsync("0 of 3 answered.");
    }
}
