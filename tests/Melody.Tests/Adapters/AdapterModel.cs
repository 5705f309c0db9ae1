namespace Melody.Tests.Adapters;

/// <summary>A small model on disk that says that it is trained, written once for all tests of a class.</summary>
public sealed class AdapterModel : IAsyncLifetime
{
    private readonly TemporaryFolder _temporary = new();

    /// <summary>Of the model.</summary>
    public string Folder => _temporary["model"];

    public async ValueTask InitializeAsync() => await AdapterFixture.WriteModelAsync(Folder);

    public ValueTask DisposeAsync()
    {
        _temporary.Dispose();
        return ValueTask.CompletedTask;
    }
}
