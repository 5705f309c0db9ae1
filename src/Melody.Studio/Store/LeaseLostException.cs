namespace Melody.Studio.Store;

/// <summary>A worker's lease on a job no longer holds: the job was cancelled, or another worker has it.</summary>
internal sealed class LeaseLostException() : Exception("The lease on the job no longer holds.");
