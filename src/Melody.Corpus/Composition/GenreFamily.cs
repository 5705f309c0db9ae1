namespace Melody.Corpus.Composition;

/// <summary>A family of genres: how its music is made and how people call it.</summary>
/// <param name="Name">For example "bossa nova".</param>
/// <param name="Harmony">Its harmonic language.</param>
/// <param name="SlowBpm">Lower end of its usual tempi.</param>
/// <param name="FastBpm">Upper end of its usual tempi.</param>
/// <param name="MinorShare">How often it is in a minor or minor-like mode.</param>
/// <param name="Swing">Whether off-beat eighths come late.</param>
/// <param name="Activity">See <see cref="MelodyStyle"/>.</param>
/// <param name="Syncopation">See <see cref="MelodyStyle"/>.</param>
/// <param name="Leads">Programs that play its tunes.</param>
/// <param name="Words">Names of the genre, true of every piece of the family.</param>
/// <param name="Settings">Eras, places and scenes that it calls up.</param>
internal sealed record GenreFamily(
    string Name,
    HarmonyStyle Harmony,
    int SlowBpm,
    int FastBpm,
    double MinorShare,
    bool Swing,
    double Activity,
    double Syncopation,
    int[] Leads,
    string[] Words,
    string[] Settings
)
{
    private static readonly Dictionary<string, GenreFamily> ByName = Parse().ToDictionary(family => family.Name, StringComparer.Ordinal);

    /// <summary>What stands for the genre of a score of which nothing is said.</summary>
    public static GenreFamily Unknown { get; } = new("music", HarmonyStyle.Pop, 50, 200, 0.5, false, 0.4, 0.3, [0], ["music"], []);

    /// <summary>Every family, by name.</summary>
    public static IReadOnlyCollection<GenreFamily> All => ByName.Values;

    /// <summary>The family of a name.</summary>
    public static GenreFamily Named(string name) => ByName[name];

    private static IEnumerable<GenreFamily> Parse()
    {
        foreach (var line in Table.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var cells = line.Split('|', StringSplitOptions.TrimEntries);
            var numbers = cells[2]
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(number => double.Parse(number, System.Globalization.CultureInfo.InvariantCulture))
                .ToArray();
            yield return new GenreFamily(
                cells[0],
                Enum.Parse<HarmonyStyle>(cells[1]),
                (int)numbers[0],
                (int)numbers[1],
                numbers[2],
                numbers[3] > 0,
                numbers[4],
                numbers[5],
                [.. cells[3].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)],
                cells[4].Split(',', StringSplitOptions.TrimEntries),
                cells[5].Split(',', StringSplitOptions.TrimEntries)
            );
        }
    }

    // name | harmony | slow fast minor swing activity syncopation | leads | words | settings
    private const string Table = """
        swing | Jazz | 110 210 0.2 1 0.5 0.5 | 66 65 56 11 26 71 0 | swing, swing jazz, jazz | 1940s, dance hall, smoky club, supper club
        big band | Jazz | 100 200 0.2 1 0.5 0.5 | 56 61 65 57 66 | big band, big band swing, swing jazz | 1940s, ballroom, dance orchestra, wartime radio
        bebop | Jazz | 150 240 0.3 1 0.8 0.6 | 65 66 56 0 | bebop, bop, fast jazz | 1950s, jazz club, late night jam session
        cool jazz | Jazz | 60 130 0.35 1 0.4 0.4 | 56 59 66 0 11 26 | jazz, cool jazz, mellow jazz, lounge jazz | 1950s, hotel lobby, cocktail bar, late evening
        modern jazz | Jazz | 90 170 0.4 1 0.55 0.55 | 66 0 4 64 56 | modern jazz, jazz, contemporary jazz | 1960s, city night, jazz club
        dixieland | Jazz | 120 200 0.1 1 0.6 0.5 | 56 71 57 | dixieland, New Orleans jazz, trad jazz, hot jazz | 1920s, New Orleans, street parade, riverboat
        gypsy jazz | Jazz | 130 220 0.6 1 0.7 0.5 | 40 24 26 71 | gypsy jazz, jazz manouche, hot club jazz | 1930s, Paris, café terrace
        jazz waltz | Jazz | 90 170 0.3 1 0.4 0.4 | 73 0 66 11 | jazz waltz, waltzing jazz | 1960s, lounge, evening city
        bossa nova | Bossa | 100 160 0.35 0 0.4 0.55 | 73 24 66 11 0 26 | bossa nova, Brazilian jazz, bossa | 1960s, Rio de Janeiro, beach bar, Ipanema
        samba | Bossa | 90 130 0.3 0 0.6 0.65 | 73 65 24 56 75 | samba, Brazilian carnival music | Brazil, carnival, street festival
        latin jazz | Latin | 100 180 0.45 0 0.55 0.65 | 56 73 66 0 | latin jazz, Afro-Cuban jazz | Havana, night club, 1950s
        salsa | Latin | 90 180 0.5 0 0.55 0.7 | 56 61 57 0 | salsa, salsa dance music, Latin dance | Havana, dance floor, Caribbean
        mambo | Latin | 100 190 0.4 0 0.55 0.65 | 56 61 57 73 | mambo, Latin dance | 1950s, Havana, ballroom
        cha-cha | Latin | 100 140 0.4 0 0.45 0.5 | 73 56 0 61 | cha-cha, cha-cha-chá, Latin ballroom | 1950s, dance hall, Cuba
        rumba | Latin | 90 140 0.4 0 0.4 0.5 | 24 56 73 40 | rumba, rhumba, Latin ballroom | ballroom, Cuba, 1930s
        merengue | Latin | 110 170 0.3 0 0.6 0.5 | 21 65 56 | merengue, Latin dance | Dominican Republic, street party, Caribbean
        bolero | Latin | 60 110 0.5 0 0.35 0.3 | 24 40 56 71 53 | bolero, beguine, romantic Latin | 1940s, moonlit terrace, old Spain
        tango | Latin | 100 135 0.8 0 0.45 0.4 | 23 40 0 21 | tango, ballroom tango | Buenos Aires, 1930s, dance salon
        calypso | Folk | 100 170 0.05 0 0.5 0.55 | 114 73 56 12 | calypso, Caribbean music, island music | Trinidad, beach, tropical holiday
        reggae | Rock | 70 110 0.4 0 0.4 0.5 | 18 56 27 65 | reggae, Jamaican reggae | Jamaica, beach, 1970s
        ska | Rock | 120 180 0.3 0 0.5 0.5 | 56 57 66 18 | ska, upbeat ska | Jamaica, 1960s, dance hall
        rock | Rock | 90 160 0.4 0 0.45 0.45 | 29 27 30 18 81 | rock, rock music | 1970s, road trip, stadium
        hard rock | Rock | 100 180 0.75 0 0.5 0.45 | 30 29 | hard rock, heavy rock, heavy metal | 1980s, stadium, motor race
        punk | Rock | 150 200 0.3 0 0.5 0.3 | 30 29 | punk rock, punk, garage rock | 1970s, basement show, skate park
        rock and roll | Blues | 120 190 0.05 0 0.5 0.4 | 66 27 29 3 | rock and roll, rock 'n' roll, fifties rock | 1950s, diner, jukebox, drive-in
        sixties pop | Pop | 100 160 0.2 0 0.45 0.4 | 27 16 56 78 | sixties pop, beat music, retro pop | 1960s, transistor radio, beach party
        soft rock | Pop | 75 125 0.3 0 0.4 0.4 | 27 65 0 4 73 | soft rock, adult contemporary, mellow rock | 1970s, open road, FM radio
        pop | Pop | 85 135 0.3 0 0.45 0.45 | 80 27 0 73 65 62 | pop, pop music, mainstream pop | radio, shopping mall, 1990s
        synth pop | Electronic | 100 140 0.5 0 0.5 0.4 | 80 81 62 5 90 | synth pop, eighties pop, electropop | 1980s, arcade, neon city
        ballad | Pop | 55 90 0.35 0 0.3 0.3 | 0 4 40 65 73 24 53 | ballad, slow ballad, love ballad | wedding, candlelight, prom night
        disco | Soul | 105 130 0.6 0 0.45 0.45 | 48 61 65 27 | disco, seventies disco, dance music | 1970s, mirror ball, dance floor
        funk | Soul | 85 120 0.7 0 0.55 0.7 | 65 7 61 18 56 | funk, funky groove | 1970s, block party, city street
        soul | Soul | 70 120 0.35 0 0.4 0.5 | 65 66 56 18 4 | soul, rhythm and blues, R&B | 1960s, Memphis, late night radio
        gospel | Soul | 60 120 0.1 0 0.4 0.4 | 18 0 52 16 53 | gospel, spiritual, church music | church, Sunday morning, revival meeting
        hymn | Classical | 60 100 0.1 0 0.25 0.1 | 19 52 0 61 | hymn, chorale, sacred music | church, cathedral, Sunday service
        blues | Blues | 60 130 0.3 1 0.45 0.5 | 22 27 66 65 0 29 | blues, slow blues, electric blues | Chicago, juke joint, Mississippi delta
        boogie | Blues | 120 190 0.05 1 0.55 0.5 | 3 0 66 22 | boogie-woogie, boogie, jump blues | 1940s, roadhouse, saloon
        shuffle | Blues | 100 150 0.3 1 0.5 0.45 | 27 22 66 18 | shuffle, blues rock, shuffle rock | roadhouse, bar band, highway
        country | Folk | 90 150 0.05 0 0.45 0.35 | 25 105 110 22 27 | country, country and western, Nashville country | Nashville, ranch, open prairie
        bluegrass | Folk | 130 200 0.15 0 0.75 0.35 | 105 110 25 | bluegrass, mountain music, hillbilly music | Appalachia, barn dance, porch
        folk | Folk | 80 130 0.3 0 0.4 0.3 | 25 24 73 110 74 21 22 53 | folk, acoustic folk, folk song | campfire, countryside, village
        celtic | Modal | 90 150 0.5 0 0.65 0.2 | 78 110 109 46 73 | Celtic, Irish folk, Celtic folk | Ireland, green hills, village pub
        cajun | Folk | 110 170 0.1 0 0.55 0.4 | 21 110 22 | zydeco, cajun, Louisiana dance music | Louisiana, bayou, dance hall
        march | Classical | 90 130 0.1 0 0.45 0.15 | 56 61 72 60 | march, military march, parade music | parade, marching band, town square
        polka | Folk | 100 150 0.05 0 0.55 0.2 | 21 71 56 | polka, oompah music, Bavarian folk dance | beer tent, village fair, alpine
        waltz | Classical | 90 180 0.25 0 0.4 0.15 | 40 48 73 0 21 71 | waltz, ballroom waltz | Vienna, ballroom, old Europe
        ballroom | Pop | 100 190 0.15 1 0.45 0.35 | 71 65 56 0 40 | foxtrot, quickstep, ballroom dance music | 1930s, ballroom, ocean liner
        ragtime | Folk | 80 120 0.05 0 0.65 0.7 | 3 0 71 | ragtime, rag, old-time syncopated music | 1900s, silent film, saloon
        show tune | Jazz | 80 160 0.2 0 0.45 0.35 | 0 71 56 40 | show tune, Broadway music, musical theatre | Broadway, stage musical, 1930s
        hip hop | Electronic | 70 105 0.8 0 0.35 0.6 | 4 80 11 85 | hip hop, rap beat, urban | city street, block party, 1990s
        trip hop | Ambient | 65 100 0.9 0 0.3 0.5 | 4 56 11 89 | trip hop, downtempo, chill-out | night drive, after hours, 1990s
        house | Electronic | 115 130 0.6 0 0.45 0.5 | 80 81 4 90 54 | house, house music, electronic dance music | night club, rave, 1990s
        techno | Electronic | 120 150 0.8 0 0.5 0.4 | 81 80 87 | techno, electronic dance music, rave | warehouse party, rave, night club
        trance | Electronic | 125 145 0.7 0 0.55 0.4 | 81 90 84 54 | trance, electronic dance music, EDM | festival, rave, sunrise
        drum and bass | Electronic | 150 178 0.8 0 0.5 0.5 | 81 38 80 | drum and bass, jungle, breakbeat | night club, video game, 1990s
        dance pop | Electronic | 110 135 0.4 0 0.5 0.45 | 81 80 62 5 | dance pop, eurodance, dance music | night club, aerobics class, 1990s
        fusion | Jazz | 90 140 0.5 0 0.65 0.6 | 81 65 27 4 | jazz fusion, fusion, jazz rock | 1970s, studio session, city skyline
        ambient | Ambient | 55 100 0.5 0 0.2 0.2 | 89 88 46 11 73 53 | ambient, ambient music, atmospheric music | outer space, meditation, dream
        easy listening | Pop | 80 130 0.2 0 0.4 0.3 | 48 73 56 11 26 53 | easy listening, light music, lounge | 1960s, elevator, department store
        lullaby | Classical | 55 90 0.1 0 0.25 0.1 | 10 8 46 73 0 | lullaby, cradle song, bedtime music | nursery, bedtime, childhood
        new age | Ambient | 60 110 0.4 0 0.35 0.2 | 0 46 73 24 88 52 | new age, new age music, relaxing music | nature, spa, mountains
        flamenco | Latin | 90 150 0.9 0 0.6 0.4 | 24 | flamenco, Spanish dance music | Andalusia, Seville, Spain
        middle eastern | Modal | 80 130 0.9 0 0.5 0.4 | 111 73 104 68 106 | Middle Eastern, Arabic-flavoured world music, oriental | desert, bazaar, caravan
        afro | Modal | 95 140 0.4 0 0.5 0.6 | 12 108 73 65 | afrobeat, African groove, world music | savanna, village festival, West Africa
        world | Modal | 80 130 0.5 0 0.45 0.4 | 73 77 75 107 24 104 108 | world music, ethnic fusion | market, journey, far-away land
        classical | Classical | 60 150 0.4 0 0.45 0.15 | 40 73 0 71 42 68 | classical, classical music | concert hall, salon, old Europe
        baroque | Classical | 70 130 0.5 0 0.65 0.1 | 6 40 68 74 | baroque, baroque-style chamber music | palace, 18th century, court
        romantic | Classical | 50 110 0.5 0 0.4 0.15 | 0 42 40 71 | romantic classical, nineteenth-century style music | 19th century, salon, concert hall
        cinematic | Modal | 60 140 0.7 0 0.35 0.25 | 48 60 56 42 52 | cinematic, film score, soundtrack | film, epic landscape, adventure
        chiptune | Electronic | 100 180 0.4 0 0.65 0.4 | 80 81 | chiptune, 8-bit, video game music | 1980s, arcade, retro video game
        synthwave | Electronic | 80 120 0.8 0 0.4 0.35 | 81 80 62 | synthwave, retrowave, outrun | 1980s, neon city, night drive
        minimal | Modal | 80 140 0.5 0 0.5 0.3 | 12 0 11 54 | minimalism, minimal music, pulse-based contemporary classical | gallery, documentary, city at dawn
        """;
}
