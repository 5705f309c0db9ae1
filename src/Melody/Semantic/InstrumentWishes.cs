using System.Text.RegularExpressions;

namespace Melody.Semantic;

/// <summary>The instrument families that a prompt names, by their places in <see cref="FrameFacts.FamilyNames"/>.</summary>
/// <param name="Wanted">Families that it asks for.</param>
/// <param name="Unwanted">Families that it does without.</param>
/// <param name="Alone">Whether nothing but the wanted ones should play.</param>
internal sealed partial record InstrumentWishes(IReadOnlySet<int> Wanted, IReadOnlySet<int> Unwanted, bool Alone)
{
    /// <summary>Reads "solo cello", "piano and drums", "no drums", "drumless"; null where no instrument is named.</summary>
    /// <remarks>
    /// A single family is meant to play alone where the words say so ("solo", "alone", "just") or where it is what the sentence is
    /// about ("slow sad piano"), and not where it is added to something ("disco with drums").
    /// </remarks>
    public static InstrumentWishes? Read(string prompt)
    {
        HashSet<int> wanted = [], unwanted = [];
        bool added = false, refused = false;
        int end = 0;
        foreach (Match match in Instrument().Matches(prompt))
        {
            int family = Family(match);
            string before = prompt[end..match.Index];
            refused = match.Groups["less"].Success || Without().IsMatch(before) || refused && end > 0 && ListGoesOn().IsMatch(before);
            (refused ? unwanted : wanted).Add(family);
            added |= !refused && Added().IsMatch(before);
            end = match.Index + match.Length;
        }
        if (wanted.Count + unwanted.Count == 0) return null;
        unwanted.ExceptWith(wanted);
        bool alone = wanted.Count > 0 && Solo().IsMatch(prompt) || wanted.Count == 1 && !added && !wanted.Contains(FrameFacts.Drums);
        return new(wanted, unwanted, alone);
    }

    private static int Family(Match match)
    {
        for (int family = 0; family < FrameFacts.FamilyNames.Count; family++)
            if (match.Groups[FrameFacts.FamilyNames[family]].Success) return family;
        return FrameFacts.Drums; // drumless
    }

    private const RegexOptions Loose = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    // names of two words come before the words that they end with: a bass drum is a drum, a synth bass a bass
    [GeneratedRegex("""
        \b(?:(?<less>drumless|beatless)
        |(?<drums>bass\s+drums?|drum\s?kit|drum\s+set|drum\s?(?:and|&|n|'n')\s?bass|drums?|percussion|kettledrums?|timpani|taikos?|cymbals?|toms?|tom-toms|wood\s?blocks?|agogo(?:\s+bells)?)
        |(?<bass>double\s+bass|upright\s+bass|acoustic\s+bass|bass\s+guitars?|bass\s+synth|synth\s+bass|slap\s+bass|bass\s?lines?|bass(?!\s+clarinet|\s+flute|\s+trombone))
        |(?<mallets>steel\s+drums?|steelpans?|music\s+box(?:es)?|tubular\s+bells|tinkle\s+bells?|little\s+bells|celest[ae]|glockenspiels?|vibraphones?|marimbas?|xylophones?|(?:hammered\s+)?dulcimers?)
        |(?<world>thumb\s+pianos?|sitars?|banjos?|shamisens?|kotos?|kalimbas?|bagpipes?)
        |(?<organ>mouth\s+organ|organs?|harmoniums?|accordions?|squeezebox|harmonicas?|blues\s+harp|bandone[oó]ns?)
        |(?<woodwind>english\s+horns?|cor\s+anglais|saxophones?|sax(?:es)?|oboes?|bassoons?|clarinets?|piccolos?|(?:pan\s+)?flutes?|panpipes|recorders?|shakuhachis?|tin\s+whistles?|ocarinas?|woodwinds?|sheh?nai|shanai)
        |(?<brass>trumpets?|trombones?|tubas?|(?:french\s+)?horns?|brass)
        |(?<synth>(?:choir|vocal|synth|warm|bell|halo|glassy)\s+pads?|synth(?:s|esi[sz]ers?)?\b(?!\s+(?:strings|brass|voice|choir|drum))|pads?|polysynth)
        |(?<voice>synth\s+voice|synthetic\s+choir|choirs?|choral|voices|vocals|oohs|aahs)
        |(?<strings>synth\s+strings|violins?|violas?|cellos?|violoncellos?|contrabass|bowed\s+double\s+bass|(?<!-)strings?\b(?!\s+of)|pizzicato|harps?|fiddles?|orchestra)
        |(?<guitar>guitars?)
        |(?<piano>(?:electric\s+)?pianos?|electric\s+grand|rhodes|harpsichords?|clavinets?|clavs?))\b
        """, Loose | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Instrument();

    [GeneratedRegex(@"\b(?:no|without|never|minus|not|hold\s+the|leave\s+out)\s+(?:(?:any|the|a|an)\s+)*(?:\w+\s+)?$", Loose)]
    private static partial Regex Without();

    [GeneratedRegex(@"^\s*(?:,|,?\s*(?:or|and|nor))\s*(?:\w+\s+)?$", Loose)]
    private static partial Regex ListGoesOn();

    [GeneratedRegex(@"\b(?:with|featuring|plus|over|and|add)\s+(?:[\w'-]+\s+){0,3}$", Loose)]
    private static partial Regex Added();

    [GeneratedRegex(@"\b(?:solo|alone|unaccompanied|a\s?cappella|nothing\s+but|just|only)\b", Loose)]
    private static partial Regex Solo();
}
