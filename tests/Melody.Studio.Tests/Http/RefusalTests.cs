using System.Text;
using Melody.Studio.Tests.Support;
using static Melody.Studio.Tests.Support.TestStudio;

namespace Melody.Studio.Tests.Http;

/// <summary>Every refusal is problem details with one sentence, and nothing is made.</summary>
public sealed class RefusalTests
{
    [Theory]
    [InlineData("""{ }""", "The prompt is missing")]
    [InlineData("""{ "prompt": "   " }""", "no words")]
    [InlineData("""{ "prompt": "calm", "seconds": 0 }""", "0.01 to 10800 seconds")]
    [InlineData("""{ "prompt": "calm", "seconds": 700 }""", "at most 600")]
    [InlineData("""{ "prompt": "calm", "bpm": 20 }""", "The tempo is 20")]
    [InlineData("""{ "prompt": "calm", "key": "H" }""", "'H' is not a key")]
    [InlineData("""{ "prompt": "calm", "metre": "x" }""", "x")]
    [InlineData("""{ "prompt": "calm", "count": 5 }""", "The count is 5; give 1 to 4.")]
    [InlineData("""{ "prompt": "calm", "seed": -1 }""", "The seed is -1")]
    [InlineData("""{ "prompt": "calm", "steps": "many" }""", "'steps'")]
    [InlineData("""{ "prompt": "calm", "sceonds": 10 }""", "'sceonds'")]
    [InlineData("""{ "prompt": """, "not valid JSON")]
    [InlineData("""[1]""", "JSON")]
    public async Task A_body_that_cannot_be_used_is_refused(string body, string part)
    {
        await using var studio = await StartAsync();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await studio.Client.PostAsync("/v1/music/generations", content, Token);
        Assert.Contains(part, await RefusalAsync(response, 400), StringComparison.Ordinal);
        Assert.Equal(0, (await studio.GetAsync("/v1/jobs")).GetProperty("jobs").GetArrayLength());
    }

    [Theory]
    [InlineData("GET", "/v1/jobs/0123456789abcdef01234567", 404)]
    [InlineData("GET", "/v1/jobs/0123456789abcdef01234567/events", 404)]
    [InlineData("GET", "/v1/jobs/0123456789abcdef01234567/audio", 404)]
    [InlineData("DELETE", "/v1/jobs/0123456789abcdef01234567", 404)]
    [InlineData("GET", "/v1/songs/..%2F..%2Fstudio.db/audio", 404)]
    [InlineData("GET", "/v1/songs/0123456789abcdef01234567/recipe", 404)]
    [InlineData("GET", "/v1/songs/0123456789abcdef01234567/waveform", 404)]
    [InlineData("GET", "/v1/songs/0123456789abcdef01234567/audio?format=exe", 400)]
    [InlineData("GET", "/v1/songs?limit=0", 400)]
    [InlineData("GET", "/v1/songs?limit=x", 400)]
    [InlineData("GET", "/v1/songs?after=../x", 400)]
    [InlineData("GET", "/v1/nothing", 404)]
    [InlineData("PUT", "/v1/songs", 405)]
    public async Task What_is_not_there_is_refused(string method, string path, int status)
    {
        await using var studio = await StartAsync();
        using var request = new HttpRequestMessage(new(method), path);
        using var response = await studio.Client.SendAsync(request, Token);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("0.5", "9", "0.5 to 9")]
    [InlineData("0.5", "0.5", "does not lie inside")]
    [InlineData("-1", "0.5", "does not lie inside")]
    public async Task A_passage_has_to_lie_inside_the_song(string from, string to, string part)
    {
        await using var studio = await StartAsync();
        var id = await studio.SongAsync();
        using var content = new StringContent($$"""{ "from": {{from}}, "to": {{to}} }""", Encoding.UTF8, "application/json");
        using var response = await studio.Client.PostAsync($"/v1/songs/{id}/inpaint", content, Token);
        Assert.Contains(part, await RefusalAsync(response, 400), StringComparison.Ordinal);
        using var missing = await studio.PostAsync($"/v1/songs/{id}/inpaint", new { prompt = "x" });
        Assert.Contains("The passage is missing", await RefusalAsync(missing, 400), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "tags": [null] }""", "A tag is null")]
    [InlineData("""{ "tags": ["calm", null] }""", "A tag is null")]
    [InlineData("""{ "tags": ["calm", ""] }""", "A tag has 0 characters")]
    [InlineData("""{ "tags": "calm" }""", "'tags'")]
    [InlineData("""{ "tags": ["\ud800"] }""", "JSON")]
    [InlineData("""{ "title": " " }""", "The title has 0 characters")]
    [InlineData("""{ "title": "\ud800" }""", "'title'")]
    [InlineData("""{ "favourite": null, "favourites": true }""", "'favourites'")]
    [InlineData("""{ "favourite": "yes" }""", "'favourite'")]
    [InlineData("null", "body")]
    public async Task A_change_that_cannot_be_is_refused_and_the_song_stays(string body, string part)
    {
        await using var studio = await StartAsync();
        var id = await studio.SongAsync();
        var before = await studio.GetAsync($"/v1/songs/{id}");
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await studio.Client.PatchAsync($"/v1/songs/{id}", content, Token);
        Assert.Contains(part, await RefusalAsync(response, 400), StringComparison.Ordinal);
        Assert.Equal(before.GetRawText(), (await studio.GetAsync($"/v1/songs/{id}")).GetRawText());
    }

    [Fact]
    public async Task A_form_in_place_of_JSON_is_refused()
    {
        await using var studio = await StartAsync();
        using var content = new StringContent("prompt=calm", Encoding.UTF8, "application/x-www-form-urlencoded");
        using var response = await studio.Client.PostAsync("/v1/music/generations", content, Token);
        Assert.Contains("application/json", await RefusalAsync(response, 415), StringComparison.Ordinal);
    }
}
