namespace Melody.Audio;

/// <summary>
/// Text carried in an audio file beside the samples: INAM, ISFT and ICMT in the LIST/INFO chunk of a WAV file, the
/// title, encoder software and comment tags of the others.
/// </summary>
public sealed record AudioMetadata
{
    /// <summary>Nothing.</summary>
    public static AudioMetadata None { get; } = new();

    /// <summary>The title.</summary>
    public string? Title { get; init; }

    /// <summary>The program that made the file.</summary>
    public string? Software { get; init; }

    /// <summary>How the audio was made, as JSON: the file's comment.</summary>
    public string? Recipe { get; init; }
}
