using System.Text.RegularExpressions;
using Melody.Music;

namespace Melody.Prompting;

/// <summary>Reads the instrument families that a prompt names.</summary>
internal static partial class InstrumentReader
{
    /// <summary>Reads "solo cello", "piano and drums", "no drums", "drumless"; null where no instrument is named.</summary>
    /// <remarks>
    /// A single family is meant to play alone where the words say so ("solo", "alone", "just") or where it is what the sentence is
    /// about ("slow sad piano"), and not where it is added to something ("disco with drums") or leads a band ("piano house").
    /// </remarks>
    public static InstrumentWishes? Read(string prompt)
    {
        HashSet<InstrumentFamily> wanted = [],
            unwanted = [];
        var named = Instrument().Matches(prompt);
        bool added = false,
            refused = false;
        for (int i = 0; i < named.Count; i++)
        {
            string before = Before(prompt, named, i);
            refused =
                named[i].Groups["less"].Success
                || Without().IsMatch(before)
                || Afterwards().IsMatch(prompt.AsSpan(named[i].Index + named[i].Length))
                || refused && RefusalGoesOn(prompt, named, i);
            (refused ? unwanted : wanted).Add(Family(named[i]));
            added |= !refused && Added().IsMatch(before);
        }
        if (wanted.Count + unwanted.Count == 0)
            return null;
        unwanted.ExceptWith(wanted);
        bool alone =
            wanted.Count > 0 && Solo().IsMatch(prompt)
            || wanted.Count == 1 && !added && !wanted.Contains(InstrumentFamily.Drums) && !Band().IsMatch(prompt);
        return new(wanted, unwanted, alone);
    }

    // "no drums, bass or guitar" refuses three; "no drums, soft piano" refuses one
    private static bool RefusalGoesOn(string prompt, MatchCollection named, int i)
    {
        if (ListEnds().IsMatch(Before(prompt, named, i)))
            return true;
        while (Comma().IsMatch(Before(prompt, named, i)))
            if (++i == named.Count)
                return false;
            else if (Or().IsMatch(Before(prompt, named, i)))
                return true;
        return false;
    }

    // what stands between an instrument and the one before
    private static string Before(string prompt, MatchCollection named, int i) =>
        prompt[(i == 0 ? 0 : named[i - 1].Index + named[i - 1].Length)..named[i].Index];

    private static InstrumentFamily Family(Match match)
    {
        foreach (var family in InstrumentFamilies.All)
            if (match.Groups[family.Name()].Success)
                return family;
        return InstrumentFamily.Drums; // drumless
    }

    private const RegexOptions Loose = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    // names of two words come before the words that they end with: a bass drum is a drum, a synth bass a bass
    [GeneratedRegex(
        """
            \b(?:(?<less>drumless|beatless)
            |(?<drums>bass\s+drums?|drum\s?kit|drum\s+set|drum\s?(?:and|&|n|'n')\s?bass|drums?|percussion|kettledrums?|timpani|taikos?|cymbals?|toms|tom-toms|floor\s+tom|snares?|hi-?hats?|kick\s+drums?|bongos?|congas?|tambourines?|tablas?|djembes?|cajons?|shakers?|808s?|breakbeats?|wood\s?blocks?|agogo(?:\s+bells)?)
            |(?<bass>double\s+bass|upright\s+bass|acoustic\s+bass|bass\s+guitars?|bass\s+synth|synth\s+bass|slap\s+bass|bass\s?lines?|bass(?!\s+clarinet|\s+flute|\s+trombone))
            |(?<mallets>steel\s+drums?|steelpans?|music\s+box(?:es)?|tubular\s+bells|tinkle\s+bells?|little\s+bells|celest[ae]|glockenspiels?|vibraphones?|marimbas?|xylophones?|(?:hammered\s+)?dulcimers?)
            |(?<world>thumb\s+pianos?|sitars?|banjos?|shamisens?|kotos?|kalimbas?|bagpipes?)
            |(?<organ>mouth\s+organ|hammond(?:\s+organ)?|organs?|harmoniums?|accordions?|squeezebox|harmonicas?|blues\s+harp|bandone[oó]ns?)
            |(?<woodwind>english\s+horns?|cor\s+anglais|saxophones?|sax(?:es)?|oboes?|bassoons?|clarinets?|piccolos?|(?:pan\s+)?flutes?|panpipes|recorders?|shakuhachis?|tin\s+whistles?|ocarinas?|woodwinds?|sheh?nai|shanai)
            |(?<brass>trumpets?|trombones?|tubas?|(?:french\s+)?horns?|brass)
            |(?<synth>(?:choir|vocal|synth|warm|bell|halo|glassy)\s+pads?|synth(?:s|esi[sz]ers?)?\b(?!\s+(?:strings|brass|voice|choir|drum))|pads?|polysynth)
            |(?<voice>synth\s+voice|synthetic\s+choir|choirs?|choral|voices?|vocals?|singers?|oohs|aahs)
            |(?<strings>synth\s+strings|violins?|violas?|cellos?|violoncellos?|contrabass|bowed\s+double\s+bass|(?<!-)strings?\b(?!\s+of)|pizzicato|harps?|fiddles?|orchestra)
            |(?<guitar>guitars?|ukuleles?|mandolins?|lutes?)
            |(?<piano>(?:electric\s+)?pianos?|electric\s+grand|rhodes|wurlitzers?|harpsichords?|clavinets?|clavs?))\b
            """,
        Loose | RegexOptions.IgnorePatternWhitespace
    )]
    private static partial Regex Instrument();

    // a word that describes the instrument, and not one with which something new begins
    private const string Word = @"(?:(?!(?:with|but|solo|just|only|in|at|for|on|and|plus|then|featuring)\b)[\w'’-]+\s+)";

    [GeneratedRegex(
        @"\b(?:(?:no|without|w/o|sans|minus|neither|nor|lacking|avoid(?:ing)?|omit(?:ting)?|exclud(?:e|es|ing)|skip(?:ping)?|free\s+of|hold|leave\s+out|(?:don['’]t|do\s+not|never)\s+(?:use|add|include|want|play))\s+"
            + Word
            + @"{0,3}|(?:not|never)\s+(?!(?:only|just|merely|too|so|very)\b)(?:(?:any|the|a|an)\s+)*"
            + Word
            + @"?)$",
        Loose
    )]
    private static partial Regex Without();

    // "drum-free", "drums off"
    [GeneratedRegex(@"^(?:-(?:free|less)|\s+off)\b", Loose)]
    private static partial Regex Afterwards();

    [GeneratedRegex(@"^\s*,?\s*(?:(?:or|nor)\s+" + Word + @"{0,2}|and\s+(?:any\s+)?)$", Loose)]
    private static partial Regex ListEnds();

    [GeneratedRegex(@"^\s*,?\s*(?:or|nor)\s", Loose)]
    private static partial Regex Or();

    [GeneratedRegex(@"^\s*,\s*" + Word + @"?$", Loose)]
    private static partial Regex Comma();

    [GeneratedRegex(@"\b(?:with|featuring|plus|over|and|add)\s+(?:[\w'-]+\s+){0,3}$", Loose)]
    private static partial Regex Added();

    [GeneratedRegex(@"\b(?:solo|alone|unaccompanied|a\s?cappella|nothing\s+but|(?<!\bnot\s+)(?:just|only))\b", Loose)]
    private static partial Regex Solo();

    // who is named there leads, and others play along
    [GeneratedRegex(
        @"\b(?:band|combo|groove|house|techno|trance|disco|funk|hip[\s-]?hop|trap|lo-?fi|edm|dubstep|rock|metal|punk|pop|reggae|ska|jazz\s+(?:[\w-]+\s+){0,2}(?:trio|quartet|quintet))\b",
        Loose
    )]
    private static partial Regex Band();
}
