namespace Melody.Audio;

/// <summary>One packet of a logical stream.</summary>
/// <param name="Data">Its bytes.</param>
/// <param name="Granule">Position of its end; null when its page does not say.</param>
/// <param name="IsLast">Whether the logical stream ends with it.</param>
internal sealed record OggPacket(byte[] Data, long? Granule, bool IsLast);
