using Melody.Studio.Engine;
using Melody.Studio.Tests.Support;
using Microsoft.Playwright;

namespace Melody.Studio.Tests.Page;

/// <summary>
/// The pictures of docs/studio.md, with the model that ships: <c>MELODY_SCREENSHOTS=docs/studio</c> makes them, and without it
/// nothing is done.
/// </summary>
public sealed class Screenshots(Browser browser) : IClassFixture<Browser>, IAsyncDisposable
{
    public async ValueTask DisposeAsync() => await browser.ClosePagesAsync();

    private static readonly string? Folder = Environment.GetEnvironmentVariable("MELODY_SCREENSHOTS");

    [Fact]
    public async Task The_pictures_of_the_documentation_are_made()
    {
        Assert.SkipWhen(string.IsNullOrEmpty(Folder), "MELODY_SCREENSHOTS names no folder.");
        Directory.CreateDirectory(Folder);
        using var model = await MusicModel.LoadAsync(null, new() { Threads = 1 }, TestStudio.Token);
        foreach (var colours in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await using var studio = await TestStudio.StartAsync(new MelodyEngine(model), change: options => options with { Page = true });
            await WalkAsync(studio, colours);
        }
    }

    private async Task WalkAsync(TestStudio studio, ColorScheme colours)
    {
        var page = await browser.OpenAsync(studio.Server.Address, colours, 1280, 860);
        page.SetDefaultTimeout(300_000);
        Task KeepAsync(IPage shown, string name) =>
            shown.ScreenshotAsync(new() { Path = Path.Combine(Folder!, $"{name}-{colours.ToString().ToLowerInvariant()}.png") });

        await page.Locator(".studio-greeting button").First.WaitForAsync();
        await KeepAsync(page, "empty");
        await page.Locator(".studio-greeting button").First.ClickAsync();
        await page.Locator("#remake").WaitForAsync();
        await page.WaitForTimeoutAsync(1500);
        await KeepAsync(page, "song");
        await page.Locator("#from").FillAsync("4");
        await page.Locator("#from").PressAsync("Tab");
        await page.Locator("#to").FillAsync("7");
        await page.Locator("#to").PressAsync("Tab");
        await page.Locator("#remake").ClickAsync();
        await page.Locator("#keep").WaitForAsync();
        await page.WaitForTimeoutAsync(1500);
        await KeepAsync(page, "remade");
        foreach (var name in new[] { "Rock", "Guitar", "Waltz" })
        {
            await page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true }).ClickAsync();
            await page.Locator("#make").ClickAsync();
            await page.WaitForTimeoutAsync(500);
        }
        await page.Locator("#queue > li").First.WaitForAsync();
        await page.WaitForTimeoutAsync(2000);
        await KeepAsync(page, "queue");
        var phone = await browser.OpenAsync(studio.Server.Address, colours, 390, 844);
        await phone.Locator("#songs button.studio-title").Last.ClickAsync();
        await phone.Locator("#player").ScrollIntoViewIfNeededAsync();
        await phone.WaitForTimeoutAsync(1500);
        await phone.EvaluateAsync("() => document.querySelector('#player').scrollIntoView()");
        await KeepAsync(phone, "phone");
    }
}
