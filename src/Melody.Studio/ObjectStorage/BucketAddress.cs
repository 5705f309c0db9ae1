namespace Melody.Studio.ObjectStorage;

/// <summary>A place in S3-compatible object storage.</summary>
/// <param name="Bucket">The bucket; it is there.</param>
/// <param name="Prefix">What all keys begin with: empty, or a text that ends with a slash.</param>
internal sealed record BucketAddress(string Bucket, string Prefix)
{
    private const string Scheme = "s3://";

    /// <summary>Whether a text names a bucket and not a folder.</summary>
    public static bool Names(string text) => text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads <c>s3://bucket</c> or <c>s3://bucket/prefix</c>.</summary>
    /// <exception cref="MelodyException">It is not such an address.</exception>
    public static BucketAddress Parse(string text)
    {
        var parts = Names(text) ? text[Scheme.Length..].Split('/', 2) : [];
        // the rules of S3: 3 to 63 lower-case letters, digits, dots and hyphens
        if (parts is not [{ Length: >= 3 and <= 63 } bucket, ..] || !bucket.All(IsOfName) || !char.IsAsciiLetterOrDigit(bucket[0]))
            throw new MelodyException($"'{text}' is not the address of a bucket; valid ones are like s3://bucket or s3://bucket/prefix.");
        var prefix = parts.Length > 1 ? parts[1].Trim('/') : "";
        return new(bucket, prefix.Length == 0 ? "" : prefix + "/");
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Scheme}{Bucket}/{Prefix}".TrimEnd('/');

    private static bool IsOfName(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-';
}
