using Melody.Studio.Tests.Support;
using static Melody.Studio.Tests.Support.TestStudio;

namespace Melody.Studio.Tests.Http;

/// <summary>The jobs of a studio that makes all of them itself, in a file of its data folder.</summary>
public sealed class LocalJobTests : JobTests
{
    private protected override Task<TestStudio> StartAsync(
        FakeEngine? engine = null,
        string? data = null,
        Func<StudioOptions, StudioOptions>? change = null
    ) => TestStudio.StartAsync(engine, data, change);

    [Fact]
    public async Task Two_studios_do_not_share_a_folder()
    {
        await using var studio = await StartAsync();
        var refusal = await Assert.ThrowsAsync<MelodyException>(() => StartAsync(data: studio.Data));
        Assert.Contains("Another studio", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_piece_is_heard_while_the_job_goes_on()
    {
        await using var studio = await StartAsync(new FakeEngine { Held = true });
        var id = await studio.SubmitAsync(new { prompt = "one", seconds = 1 });
        var address = new Uri($"/v1/jobs/{id}/audio", UriKind.Relative);
        using var listening = await studio.Client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, Token);
        listening.EnsureSuccessStatusCode();
        Assert.Equal(0, studio.Engine.StepsMade);
        studio.Engine.Allow();
        var bytes = await listening.Content.ReadAsByteArrayAsync(Token);
        Assert.Equal(44 + 2 * FakeEngine.Rate, bytes.Length);
        Assert.Equal("RIFF"u8, bytes.AsSpan(0, 4));
        for (int i = 0; i < FakeEngine.Rate; i += 97)
            Assert.Equal(0.5 * Math.Sin(2 * Math.PI * 440 * i / FakeEngine.Rate), BitConverter.ToInt16(bytes, 44 + 2 * i) / 32768.0, 1e-4);
    }
}
