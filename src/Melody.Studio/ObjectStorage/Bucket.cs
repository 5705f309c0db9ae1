using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Melody.Studio.ObjectStorage;

/// <summary>An object of a bucket.</summary>
/// <param name="Key">Behind the prefix.</param>
/// <param name="Written">When it was written.</param>
internal readonly record struct StoredObject(string Key, DateTimeOffset Written);

/// <summary>
/// The few calls of S3 that the studio needs. Keys and region come from where every tool of AWS takes them; <c>AWS_ENDPOINT_URL_S3</c>
/// names the server of another provider.
/// </summary>
internal sealed class Bucket : IDisposable
{
    private const string UsualRegion = "us-east-1";

    private readonly AmazonS3Client _client;

    /// <param name="address">Bucket and prefix.</param>
    /// <exception cref="MelodyException">There are no keys.</exception>
    public Bucket(BucketAddress address)
    {
        Address = address;
        try
        {
            _client = new(Config());
        }
        catch (Exception e) when (IsFailure(e))
        {
            throw Refusal(e);
        }
    }

    /// <summary>Bucket and prefix.</summary>
    public BucketAddress Address { get; }

    /// <summary>Stores a file under a key; readers see the whole of it or what was there before.</summary>
    /// <exception cref="MelodyException">The storage refuses or is away.</exception>
    public Task PutFileAsync(string key, string path, CancellationToken cancellation) =>
        TryAsync(async () =>
        {
            var request = Put(key);
            request.FilePath = path;
            await _client.PutObjectAsync(request, cancellation).ConfigureAwait(false);
            return true;
        });

    /// <summary>Stores a text under a key.</summary>
    /// <exception cref="MelodyException">The storage refuses or is away.</exception>
    public Task PutTextAsync(string key, string text, CancellationToken cancellation) =>
        TryAsync(async () =>
        {
            var request = Put(key);
            request.ContentBody = text;
            await _client.PutObjectAsync(request, cancellation).ConfigureAwait(false);
            return true;
        });

    /// <summary>Copies an object into a stream.</summary>
    /// <returns>Whether it is there.</returns>
    /// <exception cref="MelodyException">The storage refuses or is away.</exception>
    public Task<bool> ReadAsync(string key, Stream into, CancellationToken cancellation) =>
        TryAsync(async () =>
        {
            try
            {
                using var response = await _client.GetObjectAsync(Address.Bucket, Address.Prefix + key, cancellation).ConfigureAwait(false);
                await response.ResponseStream.CopyToAsync(into, cancellation).ConfigureAwait(false);
                return true;
            }
            catch (AmazonS3Exception e) when (e.ErrorCode == "NoSuchKey")
            {
                return false;
            }
        });

    /// <summary>Removes an object; where there is none this does nothing.</summary>
    /// <exception cref="MelodyException">The storage refuses or is away.</exception>
    public Task RemoveAsync(string key, CancellationToken cancellation) =>
        TryAsync(async () =>
        {
            await _client.DeleteObjectAsync(Address.Bucket, Address.Prefix + key, cancellation).ConfigureAwait(false);
            return true;
        });

    /// <summary>All objects under the prefix.</summary>
    /// <exception cref="MelodyException">The storage refuses or is away.</exception>
    public Task<List<StoredObject>> ListAsync(CancellationToken cancellation) =>
        TryAsync(async () =>
        {
            List<StoredObject> all = [];
            var request = new ListObjectsV2Request { BucketName = Address.Bucket, Prefix = Address.Prefix };
            for (bool more = true; more; )
            {
                var page = await _client.ListObjectsV2Async(request, cancellation).ConfigureAwait(false);
                foreach (var found in page.S3Objects ?? [])
                    all.Add(new(found.Key[Address.Prefix.Length..], found.LastModified ?? DateTime.MaxValue));
                (more, request.ContinuationToken) = (page.IsTruncated == true, page.NextContinuationToken);
            }
            return all;
        });

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    // other servers know neither chunks with a checksum behind them nor buckets as host names
    private static AmazonS3Config Config()
    {
        var config = new AmazonS3Config
        {
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        var region = Variable("AWS_REGION") ?? Variable("AWS_DEFAULT_REGION");
        if ((Variable("AWS_ENDPOINT_URL_S3") ?? Variable("AWS_ENDPOINT_URL")) is { } endpoint)
            (config.ServiceURL, config.ForcePathStyle, config.AuthenticationRegion) = (endpoint, true, region ?? UsualRegion);
        else if (region is not null)
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        return config;
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private PutObjectRequest Put(string key) =>
        new()
        {
            BucketName = Address.Bucket,
            Key = Address.Prefix + key,
            UseChunkEncoding = false,
        };

    private async Task<T> TryAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (Exception e) when (IsFailure(e))
        {
            throw Refusal(e);
        }
    }

    private static bool IsFailure(Exception e) =>
        e is AmazonServiceException or AmazonClientException or HttpRequestException or IOException or UriFormatException;

    private MelodyException Refusal(Exception e) =>
        new(
            $"The bucket '{Address}' cannot be used ({e.Message.TrimEnd('.')}); check its name, the keys (AWS_ACCESS_KEY_ID, "
                + "AWS_SECRET_ACCESS_KEY), the region (AWS_REGION) and, outside AWS, the server (AWS_ENDPOINT_URL_S3).",
            e
        );
}
