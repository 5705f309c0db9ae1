using System.Text.Json.Serialization;

namespace Melody.Corpus.Production;

/// <summary>
/// Every knob of the production chain. The default leaves the sound as it is but for its loudness;
/// <see cref="ProductionDraw"/> turns the knobs at random from a seed.
/// </summary>
internal sealed record ProductionSettings
{
    /// <summary>Tilt of the spectrum around 700 Hz in dB: above 0 brighter, below 0 darker.</summary>
    public double TiltDecibels { get; init; }

    /// <summary>Gain of a broad bell in dB.</summary>
    public double MidDecibels { get; init; }

    /// <summary>Middle of the bell, Hz.</summary>
    public double MidHertz { get; init; } = 1000;

    /// <summary>How hard the sound is driven into saturation, in dB above -18 dBFS RMS; 0 is off.</summary>
    public double DriveDecibels { get; init; }

    /// <summary>Share of the chorus voices, 0..1; 0 is off.</summary>
    public double ChorusMix { get; init; }

    /// <summary>How far the chorus voices swing, milliseconds.</summary>
    public double ChorusMilliseconds { get; init; } = 2;

    /// <summary>How often they swing, Hz.</summary>
    public double ChorusHertz { get; init; } = 0.6;

    /// <summary>Compression: input dB for one dB of output above the threshold; 1 is off.</summary>
    public double CompressionRatio { get; init; } = 1;

    /// <summary>Compression starts here, dB relative to the mean level.</summary>
    public double CompressionThreshold { get; init; }

    /// <summary>Level of the reverb against the dry sound, 0..1; 0 is off.</summary>
    public double ReverbMix { get; init; }

    /// <summary>Time in which the reverb falls by 60 dB, seconds.</summary>
    public double ReverbSeconds { get; init; } = 1;

    /// <summary>Size of the room: 0.4 a small room, 1.6 a large hall.</summary>
    public double ReverbSize { get; init; } = 1;

    /// <summary>The reverb is darker above this, Hz.</summary>
    public double ReverbDampingHertz { get; init; } = 5000;

    /// <summary>Lower end of the lo-fi band, Hz; 0 is off.</summary>
    public double BandLowHertz { get; init; }

    /// <summary>Upper end of the lo-fi band, Hz; 0 is off.</summary>
    public double BandHighHertz { get; init; }

    /// <summary>Wow of a tape or record: the largest wandering of time, milliseconds (at most 2, so that beats stay in place).</summary>
    public double WowMilliseconds { get; init; }

    /// <summary>How often it wanders, Hz.</summary>
    public double WowHertz { get; init; } = 0.6;

    /// <summary>Hiss and crackle of a record, dB below the music; 0 is off.</summary>
    public double VinylDecibels { get; init; }

    /// <summary>Stereo width: 0 mono, 1 unchanged, up to 2.</summary>
    public double Width { get; init; } = 1;

    /// <summary>How much more the far players send to the reverb than the near ones, dB.</summary>
    public double DepthDecibels { get; init; } = 6;

    /// <summary>Loudness of the result (ITU-R BS.1770), LUFS.</summary>
    public double LoudnessLufs { get; init; } = -16;

    /// <summary>True peak that the result stays under, dBTP.</summary>
    public double PeakDecibels { get; init; } = -1;

    /// <summary>Seed of the noise.</summary>
    public ulong Seed { get; init; }

    /// <summary>Whether the saturation is heard as distortion.</summary>
    [JsonIgnore]
    public bool IsOverdriven => DriveDecibels >= 14;

    /// <summary>Words that a listener would use for what was done; only what is plain to hear gets a word.</summary>
    public IReadOnlyList<string> Words => [.. ListWords()];

    private IEnumerable<string> ListWords()
    {
        bool isLoFi = BandHighHertz is > 0 and <= 5500 || VinylDecibels is > 0 and <= 32;
        if (isLoFi)
            yield return "lo-fi";
        if (VinylDecibels is > 0 and <= 32)
            yield return "vinyl crackle";
        if (WowMilliseconds >= 1)
            yield return "tape wow";
        if (IsOverdriven)
            yield return "overdriven";
        else if (DriveDecibels >= 7)
            yield return "saturated";
        if (ChorusMix >= 0.35)
            yield return "chorus effect";
        if (ReverbMix >= 0.3 && ReverbSeconds >= 2.5)
            yield return "large hall reverb";
        else if (ReverbMix >= 0.22 && ReverbSeconds >= 1.4)
            yield return "hall reverb";
        else if (ReverbMix >= 0.22)
            yield return "room reverb";
        else if (ReverbMix < 0.03)
            yield return "dry";
        if (CompressionRatio >= 4)
            yield return "compressed";
        if (TiltDecibels >= 3 && !isLoFi)
            yield return "bright";
        if (TiltDecibels <= -3)
            yield return "dark";
    }
}
