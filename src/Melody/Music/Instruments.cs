namespace Melody.Music;

/// <summary>A General MIDI program as a listener would name it.</summary>
/// <param name="Program">0..127, or 128 for the drum kit.</param>
/// <param name="Family">Its family.</param>
/// <param name="Names">Plain names, the usual one first; all of them true of the sound.</param>
internal sealed record Instrument(int Program, InstrumentFamily Family, IReadOnlyList<string> Names)
{
    /// <summary>Program number that stands for the drum kit.</summary>
    public const int DrumKit = 128;

    /// <summary>The usual name.</summary>
    public string Name => Names[0];
}

/// <summary>
/// The sounds of General MIDI Level 1 with plain English names. The names of a program are synonyms: any of them may
/// stand in a caption.
/// </summary>
internal static class Instruments
{
    private static readonly Instrument[] Table = Parse();

    /// <summary>The instrument of a program, 0..128.</summary>
    public static Instrument Of(int program) => Table[program];

    private static Instrument[] Parse()
    {
        var lines = Text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var table = new Instrument[129];
        for (int program = 0; program < table.Length; program++)
        {
            var colon = lines[program].IndexOf(':', StringComparison.Ordinal);
            table[program] = new Instrument(
                program,
                Enum.Parse<InstrumentFamily>(lines[program][..colon], ignoreCase: true),
                lines[program][(colon + 1)..].Split(',', StringSplitOptions.TrimEntries)
            );
        }
        return table;
    }

    private const string Text = """
        piano: piano, grand piano, acoustic piano
        piano: bright piano, piano, acoustic piano
        piano: electric grand piano, electric grand
        piano: honky-tonk piano, saloon piano, detuned upright piano
        piano: electric piano, Rhodes-style electric piano, tine piano
        piano: FM electric piano, electric piano, digital electric piano
        piano: harpsichord, baroque harpsichord
        piano: clavinet, funky clav
        mallets: celesta, celeste
        mallets: glockenspiel, glockenspiel bells
        mallets: music box, tinkling music box
        mallets: vibraphone, vibes
        mallets: marimba, wooden marimba
        mallets: xylophone
        mallets: tubular bells, chimes
        mallets: dulcimer, hammered dulcimer
        organ: drawbar organ, electric organ, organ
        organ: percussive organ, electric organ, organ
        organ: rock organ, overdriven organ, organ
        organ: church organ, pipe organ
        organ: reed organ, harmonium
        organ: accordion, squeezebox
        organ: harmonica, mouth organ, blues harp
        organ: tango accordion, bandoneon, accordion
        guitar: nylon guitar, classical guitar, nylon-string guitar, acoustic guitar
        guitar: steel-string guitar, acoustic guitar, steel guitar
        guitar: jazz guitar, hollow-body guitar, electric guitar
        guitar: clean electric guitar, clean guitar, electric guitar
        guitar: muted electric guitar, palm-muted guitar, muted guitar
        guitar: overdriven guitar, crunchy guitar, overdriven electric guitar
        guitar: distorted guitar, distortion guitar, heavy electric guitar
        guitar: guitar harmonics
        bass: double bass, upright bass, acoustic bass
        bass: electric bass, bass guitar, fingered bass
        bass: picked bass, bass guitar, electric bass
        bass: fretless bass, electric bass
        bass: slap bass, electric bass, bass guitar
        bass: slap bass, popping bass, bass guitar
        bass: synth bass, bass synth, synthesiser bass
        bass: synth bass, rubbery synth bass, bass synth
        strings: violin, fiddle
        strings: viola
        strings: cello, violoncello
        strings: contrabass, bowed double bass
        strings: tremolo strings, trembling strings, strings
        strings: pizzicato strings, plucked strings, pizzicato
        strings: harp, concert harp
        drums: timpani, kettledrums
        strings: string ensemble, strings, string section, orchestral strings
        strings: slow strings, strings, string ensemble, string section
        strings: synth strings, string machine
        strings: synth strings, string machine
        voice: choir aahs, choir, wordless choir
        voice: voice oohs, oohing voices, wordless voices
        voice: synth voice, synthetic choir
        strings: orchestra hit, orchestral stab
        brass: trumpet
        brass: trombone
        brass: tuba
        brass: muted trumpet, trumpet with mute
        brass: French horn, horn
        brass: brass section, brass, horn section
        brass: synth brass, brassy synth
        brass: synth brass, brassy synth
        woodwind: soprano sax, soprano saxophone, saxophone
        woodwind: alto sax, alto saxophone, saxophone
        woodwind: tenor sax, tenor saxophone, saxophone
        woodwind: baritone sax, baritone saxophone, saxophone
        woodwind: oboe
        woodwind: English horn, cor anglais
        woodwind: bassoon
        woodwind: clarinet
        woodwind: piccolo, piccolo flute
        woodwind: flute, concert flute
        woodwind: recorder
        woodwind: pan flute, panpipes
        woodwind: blown bottle, bottle flute
        woodwind: shakuhachi, Japanese bamboo flute
        woodwind: whistle, tin whistle
        woodwind: ocarina
        synth: square lead, square wave synth, square-wave lead, synth lead
        synth: saw lead, sawtooth synth, saw wave lead, synth lead
        synth: calliope lead, calliope synth, synth lead
        synth: chiff lead, chiffy synth lead, synth lead
        synth: charang lead, twangy synth lead, synth lead
        synth: voice lead, vocal synth lead, synth lead
        synth: fifths lead, synth lead in fifths, synth lead
        synth: bass and lead synth, fat synth lead, synth lead
        synth: new age pad, bell pad, synth pad
        synth: warm pad, synth pad, soft synth pad
        synth: polysynth, poly synth, synth pad
        synth: choir pad, synth pad, airy vocal pad
        synth: bowed pad, glassy pad, synth pad
        synth: metallic pad, synth pad
        synth: halo pad, synth pad
        synth: sweep pad, sweeping synth pad, synth pad
        synth: rain synth, raindrop synth, synth texture
        synth: soundtrack synth, soundtrack pad, synth texture
        synth: crystal synth, crystalline synth, synth texture
        synth: atmosphere synth, atmospheric synth, synth texture
        synth: brightness synth, bright synth, synth texture
        synth: goblin synth, eerie synth, synth texture
        synth: echo drops synth, echoing synth, synth texture
        synth: sci-fi synth, star synth, synth texture
        world: sitar
        world: banjo
        world: shamisen
        world: koto
        world: kalimba, thumb piano
        world: bagpipes, bagpipe
        strings: fiddle, folk fiddle
        woodwind: shanai, shehnai
        mallets: tinkle bell, little bells
        drums: agogo, agogo bells
        mallets: steel drums, steelpan
        drums: woodblock, wood block
        drums: taiko drum, taiko
        drums: melodic tom, tom-toms
        drums: synth drum, electronic tom
        drums: reverse cymbal
        guitar: fret noise
        woodwind: breath noise
        synth: seashore noise
        synth: bird tweets
        synth: telephone ring
        synth: helicopter noise
        synth: applause
        drums: gunshot
        drums: drums, drum kit, drum set
        """;
}
