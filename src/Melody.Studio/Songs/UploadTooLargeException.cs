namespace Melody.Studio.Songs;

/// <summary>An upload has more bytes than the server takes.</summary>
internal sealed class UploadTooLargeException(long limit)
    : Exception($"The upload has more than {limit >> 20} MB, the most that this server takes; send a shorter or compressed file.");
