using static TorchSharp.torch;

namespace Melody.Listening;

/// <summary>
/// What a <see cref="KeyNetwork"/> sees of a sound: the pitch classes of each frame in four registers (up to B2, octave 3,
/// octave 4, above) and the bass, logarithmically.
/// </summary>
/// <param name="Values">[5][12][frames].</param>
/// <param name="Frames">Frames.</param>
internal sealed record KeyPicture(float[] Values, int Frames)
{
    /// <summary>Four registers and the bass.</summary>
    public const int Channels = 5;

    private const int Bass = 4;

    /// <summary>Of what was heard.</summary>
    public static KeyPicture Of(PitchSpectrum pitches)
    {
        int frames = pitches.Values.Length;
        var values = new float[Channels * 12 * frames];
        void Add(int channel, int pitchClass, int frame, double value) =>
            values[(channel * 12 + pitchClass) * frames + frame] += (float)value;
        var bass = PitchSpectrum.Fold(pitches.Bass());
        for (int frame = 0; frame < frames; frame++)
        {
            for (int pitch = 0; pitch < PitchSpectrum.Pitches; pitch++)
                Add(Math.Clamp(pitch / 12 - 1, 0, Bass - 1), (pitch + PitchSpectrum.Lowest) % 12, frame, pitches.Values[frame][pitch]);
            for (int i = 0; i < 12; i++)
                Add(Bass, i, frame, bass[frame][i]);
        }
        for (int i = 0; i < values.Length; i++)
            values[i] = MathF.Log(1 + 3 * values[i]);
        return new(values, frames);
    }

    /// <summary>float32 [1, 5, 12, frames].</summary>
    public Tensor ToTensor() => tensor(Values, [1, Channels, 12, Frames]);
}
