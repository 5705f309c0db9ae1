namespace Melody.Studio.Store;

/// <summary>How far a job is.</summary>
internal enum JobState
{
    /// <summary>It waits for its turn.</summary>
    Queued,

    /// <summary>It is being made; after a restart it begins again.</summary>
    Running,

    /// <summary>All its songs are in the library.</summary>
    Done,

    /// <summary>It ended with an error.</summary>
    Failed,

    /// <summary>A client ended it.</summary>
    Cancelled,
}

/// <summary>Questions about states.</summary>
internal static class JobStates
{
    /// <summary>Whether nothing more will happen.</summary>
    public static bool IsFinal(this JobState state) => state is not (JobState.Queued or JobState.Running);
}
