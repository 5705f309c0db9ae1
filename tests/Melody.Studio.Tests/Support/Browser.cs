using Microsoft.Playwright;

namespace Melody.Studio.Tests.Support;

/// <summary>Debian's Chromium, driven by Playwright; a test that finds none is skipped and says what to install.</summary>
public sealed class Browser : IAsyncLifetime
{
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private readonly List<IPage> _pages = [];
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (Array.Find(Places, File.Exists) is not { } path)
            return;
        _playwright = await Playwright.CreateAsync();
        Assertions.SetDefaultExpectTimeout(60_000);
        _browser = await _playwright.Chromium.LaunchAsync(
            new() { ExecutablePath = path, Args = ["--no-sandbox", "--autoplay-policy=no-user-gesture-required", "--disable-gpu"] }
        );
    }

    /// <summary>A new page, with storage of its own, at an address.</summary>
    internal async Task<IPage> OpenAsync(Uri address, ColorScheme colours, int width, int height)
    {
        Assert.SkipWhen(_browser is null, "There is no browser here: apt-get install chromium");
        var page = await _browser!.NewPageAsync(
            new()
            {
                ColorScheme = colours,
                ViewportSize = new() { Width = width, Height = height },
                AcceptDownloads = true,
            }
        );
        _pages.Add(page);
        page.SetDefaultTimeout(60_000);
        await page.GotoAsync(address.ToString());
        return page;
    }

    /// <summary>Closes the pages of a test.</summary>
    public async Task ClosePagesAsync()
    {
        foreach (var page in _pages)
            await page.Context.CloseAsync();
        _pages.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}
