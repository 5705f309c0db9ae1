namespace Melody.Prompting;

/// <summary>A word or phrase of a prompt and what it does in a sentence.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Meaning">The instrument family that it names, if it names one.</param>
/// <param name="First">Its first token.</param>
/// <param name="End">The place after its last token.</param>
internal readonly record struct Lexeme(LexemeKind Kind, string Meaning, int First, int End);

/// <summary>What a word does in a sentence about instruments. Examples stand in <c>lexicon.tsv</c>.</summary>
internal enum LexemeKind
{
    /// <summary>Any other word, and every number.</summary>
    Word,

    /// <summary>Tokens that state a tempo, a key or a metre.</summary>
    Fact,

    /// <summary>Listed so that it is not taken for something else.</summary>
    Phrase,

    /// <summary>An English function word.</summary>
    Function,

    /// <summary>A word of tempo, key or metre.</summary>
    Music,

    /// <summary>An instrument, by its family.</summary>
    Instrument,

    /// <summary>A family among others: an orchestra.</summary>
    Orchestra,

    /// <summary>Names a family only where it is refused: "no beat", "no singing".</summary>
    Refusable,

    /// <summary>Refuses a family by itself: "drumless".</summary>
    Refused,

    /// <summary>Refuses the noun behind it: "no", "zero".</summary>
    No,

    /// <summary>Refuses the nouns behind it: "without", "free of".</summary>
    Without,

    /// <summary>"neither".</summary>
    Neither,

    /// <summary>"nor".</summary>
    Nor,

    /// <summary>"or".</summary>
    Or,

    /// <summary>"and".</summary>
    And,

    /// <summary>A verb that refuses its object: "remove", "avoid".</summary>
    Exclude,

    /// <summary>Denies the verb behind it: "don't".</summary>
    Negated,

    /// <summary>Denies the noun behind it: "piano, not guitar".</summary>
    Not,

    /// <summary>"not only".</summary>
    NotOnly,

    /// <summary>A verb that asks for its object: "use", "want".</summary>
    Use,

    /// <summary>Leaves open whether its noun is there: "hardly any".</summary>
    Doubt,

    /// <summary>"instead of", "rather than".</summary>
    Instead,

    /// <summary>"except".</summary>
    Except,

    /// <summary>"everything".</summary>
    Everything,

    /// <summary>"nothing", "no instruments".</summary>
    Nothing,

    /// <summary>"replace … with".</summary>
    Replace,

    /// <summary>"substitute … for".</summary>
    Substitute,

    /// <summary>"prefer … to".</summary>
    Prefer,

    /// <summary>A verb that refuses together with a particle: "leave … out".</summary>
    Split,

    /// <summary>Refuses when a hyphen joins it: "drum-free".</summary>
    Free,

    /// <summary>Refuses after a colon: "drums: nil".</summary>
    None,

    /// <summary>"off", "out".</summary>
    Off,

    /// <summary>Refuses the noun before it: "excluded".</summary>
    Gone,

    /// <summary>Refuses like <see cref="Gone"/>, but is also a way to play.</summary>
    Muted,

    /// <summary>Refuses the noun before it when denied: "not wanted".</summary>
    Wanted,

    /// <summary>An auxiliary verb.</summary>
    Be,

    /// <summary>Goes with an instrument: "section".</summary>
    Section,

    /// <summary>A degree: "not too loud" denies no instrument.</summary>
    Excess,

    /// <summary>Limits what is said to a part of the piece: "until the chorus".</summary>
    Later,

    /// <summary>"solo".</summary>
    Solo,

    /// <summary>A solo passage within something.</summary>
    Solos,

    /// <summary>Nothing else than what follows: "just", "only".</summary>
    Only,

    /// <summary>Nothing else than what was named: "unaccompanied".</summary>
    Alone,

    /// <summary>A small part: "a touch of".</summary>
    Little,

    /// <summary>Adds to something: "with".</summary>
    With,

    /// <summary>Something new begins: "but", "for".</summary>
    Stop,

    /// <summary>Several players: "trio".</summary>
    Ensemble,

    /// <summary>A style that several play: "rock".</summary>
    Genre,

    /// <summary>A kind of an instrument: "electric".</summary>
    Type,

    /// <summary>"the", "any".</summary>
    Determiner,

    /// <summary>",".</summary>
    Comma,

    /// <summary>A mark that ends a clause.</summary>
    Break,

    /// <summary>":" or "=".</summary>
    Colon,

    /// <summary>"/".</summary>
    Slash,

    /// <summary>A minus before a word: "-drums".</summary>
    Minus,

    /// <summary>A hyphen within a word.</summary>
    Hyphen,

    /// <summary>Any other mark.</summary>
    Mark,
}
