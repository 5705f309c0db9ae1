namespace Melody.Corpus.Rendering;

/// <summary>How a song becomes sound, apart from its notes and its sound font.</summary>
internal sealed record RenderSettings
{
    /// <summary>Samples a second: 8,000..96,000 Hz.</summary>
    public int SampleRate { get; init; } = 24_000;

    /// <summary>1 (the mean of both sides) or 2.</summary>
    public int Channels { get; init; } = 1;

    /// <summary>Gain of the synthesiser; the loudness is set later, by production.</summary>
    public double Gain { get; init; } = 0.4;

    /// <summary>Notes that may sound at once.</summary>
    public int Polyphony { get; init; } = 256;

    /// <summary>The longest that the last notes may ring on after the song, in seconds.</summary>
    public double MaximumTailSeconds { get; init; } = 4;

    /// <summary>Throws where a value cannot be rendered.</summary>
    /// <exception cref="MelodyException">A value lies outside its range.</exception>
    public void Validate()
    {
        if (SampleRate is < 8_000 or > 96_000)
            throw new MelodyException($"A sample rate of {SampleRate} Hz cannot be rendered; give 8000 to 96000.");
        if (Channels is not (1 or 2))
            throw new MelodyException($"{Channels} channels cannot be rendered; give 1 or 2.");
        if (Gain is not (> 0 and <= 10))
            throw new MelodyException($"A synthesiser gain of {Gain} is outside 0..10.");
        if (Polyphony is < 1 or > 4096)
            throw new MelodyException($"{Polyphony} voices cannot sound at once; give 1 to 4096.");
        if (MaximumTailSeconds is not (>= 0 and <= 60))
            throw new MelodyException($"A tail of {MaximumTailSeconds} s is outside 0..60 s.");
    }
}
