using Melody.Audio;

namespace Melody.Studio.Songs;

/// <summary>A format in which songs are handed out.</summary>
/// <param name="Name">What clients call it, and the ending of its files.</param>
/// <param name="MediaType">Its media type.</param>
/// <param name="Format">How it is written.</param>
internal sealed record SongFormat(string Name, string MediaType, AudioFormat Format)
{
    /// <summary>As songs are kept.</summary>
    public static SongFormat Flac { get; } = new("flac", "audio/flac", AudioFormat.Flac);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<SongFormat> All { get; } =
    [
        Flac,
        new("wav", "audio/wav", AudioFormat.Wav),
        new("ogg", "audio/ogg", AudioFormat.OggVorbis),
        new("opus", "audio/ogg", AudioFormat.OggOpus),
        new("mp3", "audio/mpeg", AudioFormat.Mp3),
    ];

    /// <summary>The format of that name; FLAC where none is named.</summary>
    /// <exception cref="MelodyException">The format does not exist.</exception>
    public static SongFormat Of(string? name) =>
        name is null
            ? Flac
            : All.FirstOrDefault(format => format.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                ?? throw new MelodyException(
                    $"The format '{SongTexts.TitleFrom(name, "")}' is unknown; choose {string.Join(", ", All.Select(f => f.Name))}."
                );
}
