using System.Globalization;
using Npgsql;

namespace Melody.Studio.Postgres;

/// <summary>
/// Where a PostgreSQL database is, from an address such as <c>postgres://user:password@host:5432/database?sslmode=require</c>.
/// </summary>
internal sealed class DatabaseAddress
{
    private const string Example = "give one such as postgres://user:password@host:5432/database";

    private readonly NpgsqlConnectionStringBuilder _connection;

    private DatabaseAddress(NpgsqlConnectionStringBuilder connection) => _connection = connection;

    /// <summary>The environment variable that names the database.</summary>
    public const string Variable = "MELODY_DATABASE";

    /// <summary>How to connect, with the password.</summary>
    public string ConnectionString => _connection.ConnectionString;

    /// <summary>Host, port and database, without the password.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{_connection.Host}:{_connection.Port}/{_connection.Database}");

    /// <summary>Reads an address.</summary>
    /// <exception cref="MelodyException">The text is not a PostgreSQL address.</exception>
    public static DatabaseAddress Parse(string text)
    {
        // the address itself stays out of sentences, because it may hold a password
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("postgres" or "postgresql"))
            throw new MelodyException($"--database is not the address of a PostgreSQL database; {Example}.");
        var database = Uri.UnescapeDataString(uri.AbsolutePath.Trim('/'));
        if (uri.Host.Length == 0 || database.Length == 0 || database.Contains('/', StringComparison.Ordinal))
            throw new MelodyException($"--database lacks the {(uri.Host.Length == 0 ? "host" : "name of the database")}; {Example}.");
        var connection = new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host,
            Port = uri.Port > 0 ? uri.Port : 5432,
            Database = database,
            ApplicationName = "melody",
            Timeout = 5,
            KeepAlive = 15,
            MaxPoolSize = 20,
        };
        if (uri.UserInfo.Split(':', 2) is [{ Length: > 0 } user, .. var password])
        {
            connection.Username = Uri.UnescapeDataString(user);
            if (password is [var secret])
                connection.Password = Uri.UnescapeDataString(secret);
        }
        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
            Set(connection, pair.Split('=', 2) is [var name, var value] ? (name, Uri.UnescapeDataString(value)) : (pair, ""));
        return new(connection);
    }

    private static void Set(NpgsqlConnectionStringBuilder connection, (string Name, string Value) option)
    {
        switch (option.Name)
        {
            case "sslmode":
                connection.SslMode = Enum.TryParse<SslMode>(option.Value.Replace("-", "", StringComparison.Ordinal), true, out var mode)
                    ? mode
                    : throw new MelodyException(
                        $"The sslmode '{option.Value}' of --database is unknown; "
                            + "choose disable, allow, prefer, require, verify-ca or verify-full."
                    );
                break;
            case "sslrootcert":
                connection.RootCertificate = option.Value;
                break;
            default:
                throw new MelodyException($"--database has the unknown option '{option.Name}'; valid options are sslmode and sslrootcert.");
        }
    }
}
