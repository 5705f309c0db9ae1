using System.Net;
using System.Net.Sockets;
using Melody.Studio.Tests.Support;
using Melody.Tests;
using static Melody.Studio.Tests.Support.TestStudio;

namespace Melody.Studio.Tests.Http;

/// <summary>Who comes in: host names, pages of other sites, keys.</summary>
public sealed class SecurityTests
{
    private const string Key = "0123456789abcdef0123";

    private static async Task<HttpResponseMessage> SendAsync(TestStudio studio, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await studio.Client.SendAsync(request, Token);
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("192.168.1.7")]
    [InlineData("::")]
    public async Task Other_machines_are_let_in_with_a_key_only(string address)
    {
        using var folder = new TemporaryFolder();
        var options = new StudioOptions { Address = IPAddress.Parse(address), Data = folder.Path };
        var refusal = await Assert.ThrowsAsync<MelodyException>(() => StudioServer.StartAsync(options, new FakeEngine(), Token));
        Assert.Contains("--api-key", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("192.168.1.20:5005", 200)] // an address that a router leads here
    [InlineData("[fd00::7]", 200)]
    [InlineData("localhost", 200)]
    [InlineData("192.168.1.20.evil.example", 421)]
    [InlineData("evil.example", 421)]
    public async Task A_server_on_all_addresses_answers_under_any_address_and_no_other_name(string host, int status)
    {
        await using var studio = await StartAsync(change: options => options with { Address = IPAddress.Any, Keys = [Key] });
        using var response = await SendAsync(studio, "/v1/songs", ("Host", host), ("Authorization", $"Bearer {Key}"));
        Assert.Equal(status, (int)response.StatusCode);
        using var named = await SendAsync(studio, "/v1/songs", ("Host", Dns.GetHostName()), ("Authorization", $"Bearer {Key}"));
        Assert.Equal(200, (int)named.StatusCode);
    }

    [Theory]
    [InlineData("0.0.0.0", AddressFamily.InterNetwork)]
    [InlineData("::", AddressFamily.InterNetworkV6)]
    public async Task A_server_on_all_addresses_answers_under_each_that_it_tells(string address, AddressFamily last)
    {
        Assert.SkipUnless(last == AddressFamily.InterNetwork || Socket.OSSupportsIPv6, "needs IPv6");
        await using var studio = await StartAsync(change: options => options with { Address = IPAddress.Parse(address), Keys = [Key] });
        Assert.Equal("localhost", studio.Server.Address.Host);
        Assert.SkipWhen(studio.Server.OtherAddresses.Count == 0, "needs a network");
        foreach (var other in studio.Server.OtherAddresses.Prepend(studio.Server.Address))
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(other, "/v1/songs"))
            {
                Headers = { Authorization = new("Bearer", Key) },
            };
            using var response = await studio.Client.SendAsync(request, Token);
            Assert.Equal(200, (int)response.StatusCode);
        }
        Assert.All(studio.Server.OtherAddresses, other => Assert.False(IPAddress.IsLoopback(IPAddress.Parse(other.DnsSafeHost))));
        Assert.All(studio.Server.OtherAddresses, other =>
            Assert.True(
                IPAddress.Parse(other.DnsSafeHost).AddressFamily is AddressFamily.InterNetwork || last is AddressFamily.InterNetworkV6
            )
        );
    }

    [Fact]
    public async Task A_short_key_is_refused()
    {
        var refusal = await Assert.ThrowsAsync<MelodyException>(() => StartAsync(change: options => options with { Keys = ["secret"] }));
        Assert.Contains("at least 16", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("evil.example", 421)]
    [InlineData("127.0.0.1.evil.example:80", 421)]
    [InlineData("localhost:1", 200)]
    [InlineData("[::1]:9", 200)]
    [InlineData("0.0.0.0:5005", 421)]
    [InlineData("192.168.1.20:5005", 421)]
    [InlineData("music.example", 200)]
    public async Task The_host_has_to_be_one_of_the_servers_names(string host, int status)
    {
        await using var studio = await StartAsync(change: options => options with { Hosts = ["music.example"] });
        using var response = await SendAsync(studio, "/v1/songs", ("Host", host));
        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task Pages_of_other_sites_get_nothing_unless_they_are_named()
    {
        await using var studio = await StartAsync(change: options => options with { Origins = ["https://friend.example"] });
        var own = studio.Server.Address.GetLeftPart(UriPartial.Authority);
        foreach (
            var (origin, status) in new[] { ("https://evil.example", 403), ("null", 403), ("https://friend.example", 200), (own, 200) }
        )
        {
            using var response = await SendAsync(studio, "/v1/songs", ("Origin", origin));
            Assert.Equal(status, (int)response.StatusCode);
            bool allowed = response.Headers.TryGetValues("Access-Control-Allow-Origin", out var values);
            Assert.Equal(origin == "https://friend.example", allowed);
        }
        using var picture = await SendAsync(studio, "/v1/songs", ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors"));
        Assert.Equal(403, (int)picture.StatusCode);
    }

    [Fact]
    public async Task A_key_opens_the_server_in_each_of_its_ways_and_nothing_else_does()
    {
        await using var studio = await StartAsync(change: options => options with { Keys = [Key, "another-key-0123456789"] });
        using (var none = await SendAsync(studio, "/v1/songs"))
        {
            Assert.Contains("Bearer", await RefusalAsync(none, 401), StringComparison.Ordinal);
            Assert.Equal("Bearer", none.Headers.WwwAuthenticate.Single().Scheme);
        }
        foreach (
            var (header, status) in new[]
            {
                (("Authorization", $"Bearer {Key}"), 200),
                (("X-Api-Key", Key), 200),
                (("X-Api-Key", "another-key-0123456789"), 200),
                (("Cookie", $"melody-key={Key}"), 200),
                (("Authorization", "Bearer wrong-key-0123456789"), 401),
                (("Authorization", $"Bearer {Key}x"), 401),
                (("Authorization", "Bearer "), 401),
                (("X-Api-Key", ""), 401),
            }
        )
        {
            using var response = await SendAsync(studio, "/v1/songs", header);
            Assert.Equal(status, (int)response.StatusCode);
        }
        using var live = await SendAsync(studio, "/health/live");
        Assert.Equal(200, (int)live.StatusCode);
        using var metrics = await SendAsync(studio, "/metrics");
        Assert.Equal(401, (int)metrics.StatusCode);
    }

    [Fact]
    public async Task Every_answer_keeps_to_itself()
    {
        await using var studio = await StartAsync();
        using var response = await SendAsync(studio, "/v1/songs");
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Contains("frame-ancestors 'none'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.False(response.Headers.Contains("Server"));
    }
}
