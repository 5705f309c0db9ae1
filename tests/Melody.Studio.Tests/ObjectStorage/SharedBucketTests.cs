using System.Diagnostics;
using Melody.Studio.Postgres;
using Melody.Studio.Tests.Support;
using Melody.Tests;
using static Melody.Studio.Tests.Support.TestStudio;

namespace Melody.Studio.Tests.ObjectStorage;

/// <summary>A front end and a worker process that share nothing but PostgreSQL and a bucket.</summary>
public sealed class SharedBucketTests
{
    private static ProcessStartInfo Worker(S3Server storage, DatabaseAddress address, string sounds, string? server = null)
    {
        string[] shared = ["--database", PostgresServer.TextOf(address), "--sounds", sounds];
        var command = ServerProcess.Command(["worker", .. shared, "--threads", "1", "--device", "cpu", "--untrained", "test"]);
        storage.Admit(command.Environment, server);
        return command;
    }

    [Fact]
    public async Task A_song_that_a_worker_makes_is_heard_at_the_front_end()
    {
        var storage = await S3Server.StartAsync();
        var address = await (await PostgresServer.StartAsync()).NewDatabaseAsync();
        var place = S3Server.NewPlace();
        using var engine = new FakeEngine();
        await using var front = await StartAsync(engine, change: options =>
            options with
            {
                Database = address,
                Sounds = place,
                MakesMusic = false,
            }
        );
        using var worker = Process.Start(Worker(storage, address, place))!;
        worker.BeginOutputReadLine();
        worker.BeginErrorReadLine();
        var job = await front.SubmitAsync(
            new
            {
                prompt = "p",
                seconds = 1,
                steps = 1,
            },
            "a"
        );
        var ended = await front.EndOfAsync(job);
        Assert.Equal("done", ended.GetProperty("state").GetString());
        var song = (await front.GetAsync("/v1/songs")).GetProperty("songs")[0].GetProperty("id").GetString();
        var flac = await front.Client.GetByteArrayAsync($"/v1/songs/{song}/audio", Token);
        Assert.Equal("fLaC"u8.ToArray(), flac[..4]);
        var wave = await front.Client.GetByteArrayAsync($"/v1/songs/{song}/audio?format=wav", Token);
        Assert.Equal("RIFF"u8.ToArray(), wave[..4]);
        worker.Kill();
    }

    [Theory]
    [InlineData("s3://sounds/away", "http://127.0.0.1:1", "AWS_ENDPOINT_URL_S3")]
    [InlineData("s3://sounds/away", "not an address", "AWS_ENDPOINT_URL_S3")]
    [InlineData("s3://nobodys", null, "The specified bucket does not exist")]
    [InlineData("s3://no", null, "not the address of a bucket")]
    public async Task A_bucket_that_cannot_be_used_is_refused_at_the_start(string place, string? server, string sentence)
    {
        var storage = await S3Server.StartAsync();
        var address = await (await PostgresServer.StartAsync()).NewDatabaseAsync();
        using var worker = Process.Start(Worker(storage, address, place, server))!;
        var error = worker.StandardError.ReadToEndAsync(Token);
        await worker.StandardOutput.ReadToEndAsync(Token);
        await worker.WaitForExitAsync(Token);
        Assert.Equal(2, worker.ExitCode);
        Assert.Contains(sentence, (await error).ReplaceLineEndings(" "), StringComparison.Ordinal);
    }
}
