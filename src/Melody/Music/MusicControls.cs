namespace Melody.Music;

/// <summary>What is asked of the music beyond its description; null leaves it to the model.</summary>
internal sealed record MusicControls
{
    /// <summary>Tempo in beats a minute, 40 to 240.</summary>
    public double? Bpm { get; init; }

    /// <summary>Tonic and mode.</summary>
    public MusicalKey? Key { get; init; }

    /// <summary>Time signature.</summary>
    public Metre? Metre { get; init; }

    /// <summary>Instrument families.</summary>
    public InstrumentRequest? Instruments { get; init; }

    /// <summary>These controls, with <paramref name="other"/> filling what they leave open.</summary>
    public MusicControls Or(MusicControls? other) =>
        other is null
            ? this
            : this with
            {
                Bpm = Bpm ?? other.Bpm,
                Key = Key ?? other.Key,
                Metre = Metre ?? other.Metre,
                Instruments = Instruments ?? other.Instruments,
            };
}
