using Melody.Audio;
using Melody.Evaluation.Estimators;
using Melody.Listening;
using Melody.Tests.Audio;

namespace Melody.Tests.Evaluation;

/// <summary>Tempo of click tracks, key of scales, percussive share of noise and tones.</summary>
public sealed class EstimatorTests
{
    private const int Rate = 24_000;

    // short bursts of noise, the first of four louder
    private static AudioClip Clicks(double bpm, double seconds, int seed = 1)
    {
        var samples = new float[(int)(seconds * Rate)];
        var noise = Sounds.Noise(seed, 600);
        for (int beat = 0; ; beat++)
        {
            int start = (int)Math.Round((0.1 + beat * 60 / bpm) * Rate);
            if (start + noise.Length >= samples.Length)
                return new(samples, Rate);
            for (int i = 0; i < noise.Length; i++)
                samples[start + i] = noise[i] * MathF.Exp(-i / 120f) * (beat % 4 == 0 ? 0.9f : 0.6f);
        }
    }

    // each note a few harmonics that fade, as a plucked string's
    private static AudioClip Notes(IEnumerable<int> keys, double seconds)
    {
        var samples = new List<float>();
        foreach (int key in keys)
            for (int i = 0; i < (int)(seconds * Rate); i++)
            {
                double t = (double)i / Rate,
                    f = 440 * Math.Pow(2, (key - 69) / 12.0),
                    sum = 0;
                for (int h = 1; h <= 4; h++)
                    sum += Math.Sin(2 * Math.PI * f * h * t) / (h * h);
                samples.Add((float)(0.3 * sum * Math.Exp(-2 * t)));
            }
        return new(samples.ToArray(), Rate);
    }

    [Theory]
    [InlineData(72)]
    [InlineData(90)]
    [InlineData(101.5)]
    public void A_click_track_has_its_tempo(double bpm)
    {
        var heard = TempoEstimator.Estimate(Clicks(bpm, 12));
        Assert.Equal(bpm, heard.Bpm, bpm * 0.01);
        Assert.True(heard.Strength > 0.5);
    }

    [Theory]
    [InlineData(45)]
    [InlineData(120)]
    [InlineData(138)]
    [InlineData(160)]
    [InlineData(220)]
    public void Very_slow_and_fast_clicks_are_heard_in_an_octave(double bpm) =>
        Assert.True(EstimatorValidation.IsTempo(bpm, TempoEstimator.Estimate(Clicks(bpm, 16)).Bpm, 0.5, 2));

    [Fact]
    public void Silence_has_no_tempo_and_no_key()
    {
        Assert.True(double.IsNaN(TempoEstimator.Estimate(new AudioClip(new float[5 * Rate], Rate)).Bpm));
        Assert.Equal("none", AudioKeyEstimator.Estimate(new AudioClip(new float[5 * Rate], Rate)).ToString());
    }

    [Fact]
    public void Scales_that_end_on_their_chord_have_their_key()
    {
        int[] major = [0, 2, 4, 5, 7, 9, 11, 12, 7, 4, 0],
            harmonicMinor = [0, 2, 3, 5, 7, 8, 11, 12, 7, 3, 0];
        for (int tonic = 0; tonic < 12; tonic++)
        {
            Assert.Equal((tonic, false), Heard(major, tonic));
            Assert.Equal((tonic, true), Heard(harmonicMinor, tonic));
        }

        static (int, bool) Heard(int[] steps, int tonic)
        {
            var key = AudioKeyEstimator.Estimate(Notes(steps.Select(s => 60 + tonic + s), 0.4));
            return (key.Tonic, key.IsMinor);
        }
    }

    // C, F, G7, C in close position over their roots, two seconds each
    private static AudioClip Cadence(int tonic, bool minor, double noise = 0)
    {
        int third = minor ? 3 : 4,
            sixth = minor ? 8 : 9;
        int[][] chords =
        [
            [-12, 0, third, 7],
            [-7, 5, sixth, 12],
            [-5, 7, 11, 14, 17],
            [-12, 0, third, 7, 12],
        ];
        var samples = new float[8 * Rate];
        for (int c = 0; c < chords.Length; c++)
            foreach (int step in chords[c])
            {
                var note = Notes([60 + tonic + step], 2);
                for (int i = 0; i < note.Samples.Length; i++)
                    samples[c * 2 * Rate + i] += 0.5f * note.Samples[i];
            }
        if (noise > 0)
        {
            var hiss = Sounds.Noise(5, samples.Length);
            for (int i = 0; i < samples.Length; i++)
                samples[i] += (float)noise * hiss[i];
        }
        return new(samples, Rate);
    }

    [Fact]
    public void A_cadence_has_its_key_on_every_tonic()
    {
        foreach (var (tonic, minor) in Keys)
        {
            var key = AudioKeyEstimator.Estimate(Cadence(tonic, minor));
            Assert.Equal((tonic, minor), (key.Tonic, key.IsMinor));
            Assert.Equal(1, key.Probabilities.Sum(), 1e-9);
            Assert.Equal(key.Confidence, key.Probabilities.Max());
        }
    }

    [Fact]
    public void Under_noise_nearly_every_cadence_has_its_key()
    {
        int right = Keys.Count(wanted =>
            AudioKeyEstimator.Estimate(Cadence(wanted.Tonic, wanted.Minor, noise: 0.05)) is var key && (key.Tonic, key.IsMinor) == wanted
        );
        Assert.True(right >= 20, $"{right} of 24");
    }

    private static IEnumerable<(int Tonic, bool Minor)> Keys => Enumerable.Range(0, 24).Select(i => (i / 2, i % 2 == 1));

    [Theory]
    [InlineData(0, 44_100)]
    [InlineData(0.3, 24_000)]
    [InlineData(-0.3, 12_000)]
    public void One_note_stands_on_its_semitone_even_when_detuned(double detuning, int rate)
    {
        var pitches = PitchSpectrum.Of(new(Sounds.Sine(440 * Math.Pow(2, (3 + detuning) / 12), rate, 2 * rate, 0.5), rate)); // C above A
        var middle = pitches.Values[pitches.Values.Length / 2];
        Assert.Equal(middle.Max(), middle[72 - PitchSpectrum.Lowest]);
        Assert.True(middle.Where((_, p) => Math.Abs(p + PitchSpectrum.Lowest - 72) > 1).All(v => v < 0.3));
        Assert.Equal(middle.Sum(), PitchSpectrum.Fold([middle])[0].Sum(), 1e-9);
    }

    [Fact]
    public void The_bass_is_the_lowest_pitch()
    {
        var frame = new double[PitchSpectrum.Pitches];
        (frame[10], frame[20]) = (0.75, 0.5); // the second is lowest where the first is silent
        var bass = new PitchSpectrum([frame]).Bass()[0];
        Assert.Equal(0.75, bass[10], 1e-12);
        Assert.Equal(0.125, bass[20], 1e-12);
    }

    [Fact]
    public void Clicks_are_drums_and_tones_are_not()
    {
        Assert.True(DrumPresence.Of(Clicks(120, 8)));
        Assert.False(DrumPresence.Of(new(Sounds.Sine(440, Rate, 8 * Rate, 0.5), Rate)));
        Assert.False(DrumPresence.Of(Cadence(0, false)));
        Assert.False(DrumPresence.Of(new(new float[Rate], Rate)));
    }

    [Fact]
    public void A_long_sound_is_heard_in_parts()
    {
        var heard = TempoEstimator.Estimate(Clicks(101.5, 32));
        Assert.Equal(101.5, heard.Bpm, 0.5);
        Assert.InRange(heard.Confidence, 0.5, 1);
    }

    [Fact]
    public void A_sustained_tone_has_hardly_a_pulse() =>
        Assert.False(TempoEstimator.Estimate(new(Sounds.Sine(220, Rate, 10 * Rate, 0.3), Rate)).Strength > 0.3);

    [Fact]
    public void Hit_rates_have_wilsons_interval()
    {
        // 8 of 10: 0.4902 to 0.9433 by the textbook
        var rate = new HitRate(8, 10);
        Assert.Equal(0.4902, rate.Interval.Low, 1e-4);
        Assert.Equal(0.9433, rate.Interval.High, 1e-4);
        Assert.True(EstimatorValidation.IsTempo(100, 103.9));
        Assert.False(EstimatorValidation.IsTempo(100, 50));
        Assert.True(EstimatorValidation.IsTempo(100, 50, 0.5));
        Assert.True(EstimatorValidation.IsKey("Gb major", "F# major"));
        Assert.True(EstimatorValidation.IsKey("A dorian", "A minor"));
        Assert.False(EstimatorValidation.IsKey("A minor", "C major"));
        Assert.True(EstimatorValidation.SharesNotes("A minor", "C major"));
    }
}
