using Melody.Audio;

namespace Melody;

/// <summary>What the music should be like: a sentence, or a piece of music in whose style to make another (music prompting).</summary>
public sealed class MusicPrompt
{
    private MusicPrompt(string? text, AudioClip? audio) => (Text, Audio) = (text, audio);

    /// <summary>The sentence, or null.</summary>
    public string? Text { get; }

    /// <summary>The music, or null.</summary>
    public AudioClip? Audio { get; }

    /// <summary>A prompt in words, such as "slow sad piano in A minor, 70 bpm".</summary>
    public static MusicPrompt FromText(string text) => new(text ?? throw new ArgumentNullException(nameof(text)), null);

    /// <summary>A prompt in sound, of any rate and number of channels; long music is averaged over windows of ten seconds.</summary>
    public static MusicPrompt FromAudio(AudioClip audio) => new(null, audio ?? throw new ArgumentNullException(nameof(audio)));

    /// <summary>The same as <see cref="FromText"/>.</summary>
    public static implicit operator MusicPrompt(string text) => FromText(text);
}
