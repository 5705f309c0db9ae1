using Melody.Audio;
using Melody.Evaluation.Listening;
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
            if (start + noise.Length >= samples.Length) return new(samples, Rate);
            for (int i = 0; i < noise.Length; i++) samples[start + i] = noise[i] * MathF.Exp(-i / 120f) * (beat % 4 == 0 ? 0.9f : 0.6f);
        }
    }

    // each note a few harmonics that fade, as a plucked string's
    private static AudioClip Notes(IEnumerable<int> keys, double seconds)
    {
        var samples = new List<float>();
        foreach (int key in keys)
            for (int i = 0; i < (int)(seconds * Rate); i++)
            {
                double t = (double)i / Rate, f = 440 * Math.Pow(2, (key - 69) / 12.0), sum = 0;
                for (int h = 1; h <= 4; h++) sum += Math.Sin(2 * Math.PI * f * h * t) / (h * h);
                samples.Add((float)(0.3 * sum * Math.Exp(-2 * t)));
            }
        return new(samples.ToArray(), Rate);
    }

    [Theory]
    [InlineData(72)]
    [InlineData(90)]
    [InlineData(101.5)]
    [InlineData(120)]
    [InlineData(138)]
    public void A_click_track_has_its_tempo(double bpm)
    {
        var heard = TempoEstimator.Estimate(Clicks(bpm, 12));
        Assert.Equal(bpm, heard.Bpm, bpm * 0.01);
        Assert.True(heard.Strength > 0.5);
    }

    [Theory]
    [InlineData(45)]
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
        int[] major = [0, 2, 4, 5, 7, 9, 11, 12, 7, 4, 0], harmonicMinor = [0, 2, 3, 5, 7, 8, 11, 12, 7, 3, 0];
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

    [Fact]
    public void Chroma_of_one_note_stands_on_it_even_when_detuned()
    {
        foreach (double detuning in new[] { 0, 0.3 })
        {
            var tone = Sounds.Sine(440 * Math.Pow(2, (3 + detuning) / 12), Rate, 2 * Rate, 0.5); // C above A, a little sharp
            var chroma = Chroma.Of(new(tone, Rate));
            Assert.Equal(chroma.Max(), chroma[0]);
            Assert.Equal(1, chroma.Sum(), 1e-9);
        }
    }

    [Fact]
    public void Clicks_are_percussive_and_tones_are_not()
    {
        Assert.True(PercussiveShare.Of(Clicks(120, 3)) > 0.9);
        Assert.True(PercussiveShare.Of(new(Sounds.Sine(440, Rate, 3 * Rate, 0.5), Rate)) < 0.1);
        Assert.True(DrumPresence.Of(Clicks(120, 3)));
        Assert.False(DrumPresence.Of(new(new float[Rate], Rate)));
    }

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
