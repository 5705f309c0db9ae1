using Melody.LanguageModel;
using Melody.Models;
using Melody.Music;
using Melody.Nn;
using Melody.SemanticTokens;
using Melody.Tests.Reference;
using Melody.Training.Data;
using Melody.Training.Setup;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Tests.Training;

/// <summary>Tokens of transposed music are those of the same chords, so many semitones higher.</summary>
public sealed class TokenTranspositionTests
{
    private const int Tones = FrameFacts.PitchClasses;

    // codes 0 to 11 of harmony are single tones, 12 to 23 major triads on them; bass the same tones in falling order
    private static SemanticTokenizer Tokenizer()
    {
        var config = Parts.SemanticTokenizer.Config("test") with
        {
            Codebooks = [Book("harmony", 24, "chroma"), Book("bass", Tones, "bass"), Book("timbre", 4, "families")],
        };
        var tokenizer = NewNetwork.Create(1, CPU, p => new SemanticTokenizer(config, p));
        var harmony = new float[24, Tones];
        var bass = new float[Tones, Tones];
        for (int tone = 0; tone < Tones; tone++)
        {
            harmony[tone, tone] = 1;
            foreach (int interval in new[] { 0, 4, 7 })
                harmony[Tones + tone, (tone + interval) % Tones] = 1;
            bass[Tones - 1 - tone, tone] = 1;
        }
        tokenizer.SetCentres(tokenizer.Codebooks[0], tensor(harmony));
        tokenizer.SetCentres(tokenizer.Codebooks[1], tensor(bass));
        return tokenizer;

        static CodebookConfig Book(string name, int codes, string facts) =>
            new()
            {
                Name = name,
                Codes = codes,
                Facts = [facts],
            };
    }

    [Fact]
    public void Chords_and_basses_rise_and_instruments_stay()
    {
        using var tokenizer = Tokenizer();
        var transposition = new TokenTransposition(tokenizer);
        for (int semitones = 0; semitones < TokenTransposition.Count; semitones++)
        for (int tone = 0; tone < Tones; tone++)
        {
            long higher = (tone + semitones) % Tones;
            // two frames: a tone over its own bass, and a triad over it
            long[] tokens = [tone, Tones - 1 - tone, 2, Tones + tone, Tones - 1 - tone, 3];
            transposition.Apply(semitones, tokens);
            Assert.Equal([higher, Tones - 1 - higher, 2, Tones + higher, Tones - 1 - higher, 3], tokens);
        }
    }

    [Fact]
    public void Keys_rise_and_keep_their_mode()
    {
        int minor = ControlClasses.OfKey(new MusicalKey(9, Mode.Minor)),
            major = ControlClasses.OfKey(new MusicalKey(9, Mode.Major));
        Assert.Equal(ControlClasses.OfKey(new MusicalKey(1, Mode.Minor)), TokenTransposition.Key(minor, 4));
        Assert.Equal(ControlClasses.OfKey(new MusicalKey(1, Mode.Major)), TokenTransposition.Key(major, 4));
        Assert.Equal(-1, TokenTransposition.Key(-1, 4));
    }

    [Fact]
    public void Tokens_that_tell_no_pitches_are_refused()
    {
        var config = Parts.SemanticTokenizer.Config("test") with { Readout = 0, Codebooks = [] };
        using var tokenizer = NewNetwork.Create(1, CPU, p => new SemanticTokenizer(config, p));
        var refusal = Assert.Throws<MelodyException>(() =>
        {
            _ = new TokenTransposition(tokenizer);
        });
        Assert.Contains("transposedShare", refusal.Message);
    }
}
