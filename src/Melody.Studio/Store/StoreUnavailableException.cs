namespace Melody.Studio.Store;

/// <summary>The database did not answer for longer than is waited for; the same call may succeed later.</summary>
internal sealed class StoreUnavailableException(string database, Exception inner)
    : Exception($"The database at {database} cannot be reached; try again in a few seconds.", inner);
