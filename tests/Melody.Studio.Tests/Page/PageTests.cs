using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Melody.Audio;
using Melody.Studio.Songs;
using Melody.Studio.Tests.Support;
using Microsoft.Playwright;
using static Melody.Studio.Tests.Support.TestStudio;

namespace Melody.Studio.Tests.Page;

/// <summary>The page in a browser, walked as a person would.</summary>
public sealed class PageTests(Browser browser) : IClassFixture<Browser>, IAsyncDisposable
{
    public async ValueTask DisposeAsync() => await browser.ClosePagesAsync();

    private static Task<TestStudio> StartAsync(FakeEngine? engine = null) =>
        TestStudio.StartAsync(engine, change: options => options with { Page = true });

    private async Task<IPage> OpenAsync(TestStudio studio, ColorScheme colours = ColorScheme.Light, int width = 1280, int height = 900)
    {
        var page = await browser.OpenAsync(studio.Server.Address, colours, width, height);
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "New music" })).ToBeVisibleAsync(Long);
        return page;
    }

    private static LocatorAssertionsToBeVisibleOptions Long { get; } = new() { Timeout = 60_000 };

    private static ILocator Songs(IPage page) => page.Locator("#songs > li");

    private static async Task MakeAsync(IPage page, string prompt)
    {
        await page.Locator("#prompt").FillAsync(prompt);
        await page.Locator("#make").ClickAsync();
    }

    private static Task ExpectSongsAsync(IPage page, int count) =>
        Assertions.Expect(Songs(page)).ToHaveCountAsync(count, new() { Timeout = 60_000 });

    private static async Task ExpectNoViolationAsync(IPage page)
    {
        await page.WaitForTimeoutAsync(500); // colours that fade are judged when they have
        var result = await page.RunAxe();
        Assert.True(result.Violations.Length == 0, string.Join("\n", result.Violations.Select(Text)));
    }

    private static string Text(AxeResultItem violation) =>
        $"{violation.Id}: {violation.Help}: {string.Join(" | ", violation.Nodes.Select(node => node.Html))}";

    [Fact]
    public async Task Somebody_makes_hears_remakes_and_keeps_music()
    {
        await using var studio = await StartAsync();
        var page = await OpenAsync(studio);
        await page.Locator("#length").FillAsync("8");
        await MakeAsync(page, "slow sad piano in A minor, 70 bpm");
        await ExpectSongsAsync(page, 1);
        await Assertions.Expect(page.Locator("#now")).ToHaveTextAsync("slow sad piano in A minor, 70 bpm");

        await page.Locator("[data-play]").ClickAsync();
        await page.WaitForFunctionAsync("() => document.querySelector('.studio-wave audio').currentTime > 0.3");
        await page.Locator("[data-play]").ClickAsync();

        var box = (await page.Locator(".studio-peaks").BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(box.X + box.Width / 4, box.Y + 20);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(box.X + box.Width / 2, box.Y + 20, new() { Steps = 5 });
        await page.Mouse.UpAsync();
        await Assertions.Expect(page.Locator("#remake")).ToBeEnabledAsync();
        Assert.Equal(
            2,
            double.Parse(await page.Locator("#from").InputValueAsync(), System.Globalization.CultureInfo.InvariantCulture),
            0.1
        );
        Assert.Equal(4, double.Parse(await page.Locator("#to").InputValueAsync(), System.Globalization.CultureInfo.InvariantCulture), 0.1);
        await page.Locator("#remake").ClickAsync();
        await ExpectSongsAsync(page, 2);
        await page.GetByRole(AriaRole.Button, new() { Name = "A: before" }).ClickAsync();
        await page.Locator("#discard").ClickAsync();
        await ExpectSongsAsync(page, 1);
        await Assertions.Expect(page.Locator("#now")).ToHaveTextAsync("slow sad piano in A minor, 70 bpm");

        await page.Locator("#extend").ClickAsync();
        await ExpectSongsAsync(page, 2);
        await Assertions.Expect(page.Locator("#now")).ToContainTextAsync("longer");
        await page.Locator("#prepend").ClickAsync();
        await ExpectSongsAsync(page, 3);
        await Assertions.Expect(page.Locator("#now")).ToContainTextAsync("with an intro");
    }

    [Fact]
    public async Task Favourites_titles_and_deleted_songs_survive_a_reload()
    {
        await using var studio = await StartAsync();
        var page = await OpenAsync(studio);
        await MakeAsync(page, "calm piano");
        await ExpectSongsAsync(page, 1);
        await MakeAsync(page, "happy guitar");
        await ExpectSongsAsync(page, 2);
        await page.GetByRole(AriaRole.Button, new() { Name = "Favourite calm piano" }).ClickAsync();
        await Assertions
            .Expect(page.GetByRole(AriaRole.Button, new() { Name = "Favourite calm piano" }))
            .ToHaveAttributeAsync("aria-pressed", "true");
        await page.GetByText("Title, tags, download, recipe").ClickAsync();
        await page.Locator("#title").FillAsync("<b>Sun</b>");
        await page.Locator("#title").PressAsync("Tab");
        await Assertions.Expect(page.Locator("#now")).ToHaveTextAsync("<b>Sun</b>");
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete calm piano" }).ClickAsync();
        await ExpectSongsAsync(page, 1);
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await ExpectSongsAsync(page, 2);
        await page.ReloadAsync();
        await ExpectSongsAsync(page, 2);
        await page.GetByRole(AriaRole.Button, new() { Name = "Favourites only" }).ClickAsync();
        await ExpectSongsAsync(page, 1);
        await page.GetByRole(AriaRole.Button, new() { Name = "Favourites only" }).ClickAsync();
        await page.Locator("#search").FillAsync("sun");
        await ExpectSongsAsync(page, 1);
        Assert.Equal(0, await page.Locator("#songs b").CountAsync());
    }

    [Fact]
    public async Task Work_is_cancelled_from_the_queue_and_songs_are_deleted_and_fetched_by_keys()
    {
        await using var studio = await StartAsync(new FakeEngine { Held = true });
        var page = await OpenAsync(studio);
        await MakeAsync(page, "calm piano");
        await Assertions.Expect(page.Locator("#queue > li")).ToHaveCountAsync(1);
        await MakeAsync(page, "happy guitar");
        await Assertions.Expect(page.Locator("#queue > li")).ToHaveCountAsync(2);
        await ExpectNoViolationAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).First.ClickAsync();
        await Assertions.Expect(page.Locator("#queue > li")).ToHaveCountAsync(1);
        studio.Engine.Allow();
        await ExpectSongsAsync(page, 1);
        Assert.Equal(10, studio.Engine.StepsMade);
        await page.Locator("#now").ClickAsync();
        await page.Keyboard.PressAsync("Delete");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Welcome" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await ExpectSongsAsync(page, 1);
    }

    [Fact]
    public async Task A_song_is_downloaded_and_uploaded_again()
    {
        await using var studio = await StartAsync();
        var page = await OpenAsync(studio);
        await MakeAsync(page, "calm piano");
        await ExpectSongsAsync(page, 1);
        await page.GetByText("Title, tags, download, recipe").ClickAsync();
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "WAV" }).ClickAsync());
        Assert.Equal("calm-piano.wav", download.SuggestedFilename);
        var path = await download.PathAsync();
        Assert.Equal(10, AudioClip.Read(path).Seconds, 0.01);
        await page.Locator("#upload")
            .SetInputFilesAsync(
                new FilePayload
                {
                    Name = "mine.wav",
                    MimeType = "audio/wav",
                    Buffer = await File.ReadAllBytesAsync(path, Token),
                }
            );
        await ExpectSongsAsync(page, 2);
        await Assertions.Expect(page.Locator("#now")).ToHaveTextAsync("mine");
    }

    [Fact]
    public async Task What_cannot_be_made_is_told_in_the_librarys_words()
    {
        await using var studio = await StartAsync();
        var page = await OpenAsync(studio);
        await page.Locator("#key").FillAsync("H");
        await MakeAsync(page, "calm piano");
        await Assertions.Expect(page.GetByText("'H' is not a key")).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 1280)]
    [InlineData(ColorScheme.Dark, 390)]
    public async Task The_page_is_for_everybody(ColorScheme colours, int width)
    {
        await using var studio = await StartAsync();
        var page = await OpenAsync(studio, colours, width);
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Welcome" })).ToBeVisibleAsync();
        await ExpectNoViolationAsync(page);
        await page.Locator(".studio-greeting button").First.ClickAsync();
        await ExpectSongsAsync(page, 1);
        await ExpectNoViolationAsync(page);
        Assert.True(await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= window.innerWidth"));
    }

    [Fact]
    public async Task Nothing_is_fetched_from_elsewhere()
    {
        await using var studio = await StartAsync();
        var page = await browser.OpenAsync(new("about:blank"), ColorScheme.Light, 1280, 900);
        var elsewhere = new List<string>();
        page.Request += (_, request) =>
        {
            if (
                !request.Url.StartsWith(studio.Server.Address.ToString(), StringComparison.Ordinal)
                && !request.Url.StartsWith("data:", StringComparison.Ordinal)
            )
                elsewhere.Add(request.Url);
        };
        await page.GotoAsync(studio.Server.Address.ToString());
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "New music" })).ToBeVisibleAsync(Long);
        await page.GotoAsync(new Uri(studio.Server.Address, "/docs/").ToString());
        await Assertions.Expect(page.GetByText("Makes music from words.").First).ToBeVisibleAsync(Long);
        Assert.Empty(elsewhere);
    }
}
