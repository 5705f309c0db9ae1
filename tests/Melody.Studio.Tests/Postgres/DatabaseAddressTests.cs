using Melody.Studio.Postgres;
using Npgsql;

namespace Melody.Studio.Tests.Postgres;

/// <summary>Addresses of databases, as libpq writes them.</summary>
public sealed class DatabaseAddressTests
{
    [Fact]
    public void An_address_is_read_and_shown_without_its_password()
    {
        var address = DatabaseAddress.Parse("postgres://me%40home:p%3Aw%2Fd@db.example.org:6000/my%20music?sslmode=verify-full");
        var connection = new NpgsqlConnectionStringBuilder(address.ConnectionString);
        Assert.Equal("db.example.org", connection.Host);
        Assert.Equal(6000, connection.Port);
        Assert.Equal("my music", connection.Database);
        Assert.Equal("me@home", connection.Username);
        Assert.Equal("p:w/d", connection.Password);
        Assert.Equal(SslMode.VerifyFull, connection.SslMode);
        Assert.Equal("db.example.org:6000/my music", address.ToString());
        Assert.Equal("localhost:5432/music", DatabaseAddress.Parse("postgresql://localhost/music").ToString());
    }

    [Theory]
    [InlineData("studio.db", "not the address")]
    [InlineData("mysql://me:secret@host/db", "not the address")]
    [InlineData("postgres:///db", "host")]
    [InlineData("postgres://me:secret@host", "name of the database")]
    [InlineData("postgres://me:secret@host/a/b", "name of the database")]
    [InlineData("postgres://me:secret@host/db?sslmode=maybe", "sslmode 'maybe'")]
    [InlineData("postgres://me:secret@host/db?timeout=3", "unknown option 'timeout'")]
    public void Anything_else_is_refused_with_a_sentence_that_keeps_the_password(string text, string part)
    {
        var refusal = Assert.Throws<MelodyException>(() => DatabaseAddress.Parse(text));
        Assert.Contains(part, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_named_in_a_sentence()
    {
        var address = DatabaseAddress.Parse("postgres://me:secret@127.0.0.1:1/music");
        var refusal = await Assert.ThrowsAsync<MelodyException>(() =>
            PostgresDatabase.OpenAsync(address, TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken)
        );
        Assert.Contains("127.0.0.1:1/music", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("--database", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refusal.Message, StringComparison.Ordinal);
    }
}
