using Melody.Corpus.Records;

namespace Melody.Corpus.Description;

/// <summary>The captioner's stock of words: synonyms by mood group, uses by mood and family, phrases for traits.</summary>
internal static class Words
{
    /// <summary>Adjectives by group of <see cref="MoodRules"/>.</summary>
    public static IReadOnlyDictionary<string, string[]> Moods { get; } =
        new Dictionary<string, string[]>(StringComparer.Ordinal)
        {
            ["sad"] = Split(
                "sad, melancholic, melancholy, sorrowful, mournful, wistful, gloomy, heartbroken, lonely, plaintive, tearful, "
                    + "sombre, grieving, blue, forlorn, bittersweet, desolate, pensive, yearning, downcast, elegiac, aching, bleak, "
                    + "doleful, rueful, woeful, lamenting, despondent, broken, world-weary, poignant, nostalgic, regretful, tragic, "
                    + "hollow"
            ),
            ["dreamy"] = Split(
                "dreamy, floating, hazy, ethereal, hypnotic, weightless, drifting, mysterious, introspective, reflective, "
                    + "contemplative, meditative, nocturnal, sleepy, otherworldly, hushed, misty, suspended, thoughtful, faraway, "
                    + "enchanted, vaporous, gauzy, starlit, trance-like, surreal, glassy, cosmic, soporific, spellbound, wandering, "
                    + "blurred, lunar, pensive, timeless"
            ),
            ["peaceful"] = Split(
                "peaceful, calm, gentle, serene, tranquil, soothing, tender, soft-hearted, warm, relaxing, restful, comforting, "
                    + "idyllic, placid, delicate, quiet, innocent, loving, pastoral, unhurried, balmy, graceful, sweet, mellow, "
                    + "lulling, angelic, cosy, reassuring, simple, mild, heavenly, sheltered, benign, kind, drowsy"
            ),
            ["tense"] = Split(
                "tense, moody, brooding, dark, uneasy, restless, suspenseful, ominous, haunting, troubled, shadowy, anxious, "
                    + "serious, sinister, noir, stern, smouldering, foreboding, dramatic, wary, stormy, grave, furtive, edgy, cold, "
                    + "nervous, creeping, cryptic, paranoid, chilling, uncanny, grim, murky, conspiratorial, fateful"
            ),
            ["relaxed"] = Split(
                "relaxed, laid-back, easygoing, chilled, smooth-going, cool, casual, steady, understated, nonchalant, suave, "
                    + "effortless, breezy, loose, unfussy, leisurely, sophisticated, elegant, neutral, swaying, lazy, tasteful, "
                    + "urbane, moderate, measured, chill, unruffled, composed, smooth, polished, cultured, lounging, amiable, ambling, "
                    + "downbeat"
            ),
            ["cheerful"] = Split(
                "cheerful, happy, upbeat, sunny, light-hearted, playful, optimistic, charming, friendly, carefree, positive, "
                    + "good-natured, jaunty, pleasant, merry, cute, whimsical, quirky, hopeful, smiling, perky, bubbly, endearing, "
                    + "lively, feel-good, bright-eyed, chirpy, comic, zesty, affable, sprightly, humorous, mischievous, peppy, "
                    + "welcoming"
            ),
            ["intense"] = Split(
                "intense, aggressive, fierce, dark, driving, urgent, furious, menacing, relentless, powerful, angry, turbulent, "
                    + "gritty, dangerous, heavy, fiery, ferocious, passionate, agitated, combative, pounding, desperate, stormy, "
                    + "hard-hitting, severe, brutal, frantic, explosive, defiant, savage, merciless, feverish, thunderous, warlike, "
                    + "wild"
            ),
            ["energetic"] = Split(
                "energetic, dynamic, pumping, punchy, driving, vigorous, kinetic, lively, propulsive, spirited, rousing, "
                    + "bustling, groovy, bold, animated, electrifying, brisk, high-octane, busy, athletic, vibrant, muscular, racing, "
                    + "charged, restless, hyperactive, zippy, forceful, snappy, funky, pulsating, tireless, confident, assertive, "
                    + "frenetic"
            ),
            ["joyful"] = Split(
                "joyful, happy, exuberant, uplifting, euphoric, festive, triumphant, jubilant, celebratory, ecstatic, exciting, "
                    + "gleeful, radiant, party-ready, exhilarating, buoyant, victorious, bouncy, elated, heroic, sparkling, thrilling, "
                    + "jolly, ebullient, rollicking, glorious, blissful, proud, delirious, majestic, jovial, overjoyed, high-spirited, "
                    + "dazzling, rapturous"
            ),
        };

    /// <summary>Uses by group; each completes "for …".</summary>
    public static IReadOnlyDictionary<string, string[]> Uses { get; } =
        new Dictionary<string, string[]>(StringComparer.Ordinal)
        {
            ["sad"] = Split(
                "a rainy-day vlog, a farewell scene, a breakup montage, a memorial slideshow, a documentary about loss, an "
                    + "autumn walk, the closing credits of a drama, a letter read aloud, an empty railway platform, a grieving "
                    + "character, a poem about winter, a black-and-white short film, an old photograph album, a goodbye at the "
                    + "airport, a widow's garden, abandoned buildings, a homesick traveller, a diary entry, the last scene of a "
                    + "tragedy, a funeral procession"
            ),
            ["dreamy"] = Split(
                "a sleep app, a night sky time-lapse, a yoga class, an aquarium exhibit, a meditation session, a slow-motion "
                    + "underwater shot, a science documentary, late-night studying, a flashback scene, a planetarium show, a "
                    + "mindfulness podcast, a perfume commercial, clouds drifting past, a lucid dream sequence, a jellyfish tank, a "
                    + "snowfall at dusk, stargazing, a bubble bath, an astronaut alone in orbit, a lava lamp"
            ),
            ["peaceful"] = Split(
                "a baby's bedtime, a spa, a nature documentary, a morning coffee video, reading by the fireplace, a garden tour, "
                    + "a wedding ceremony, a massage studio, a guided relaxation, a children's picture book, a picnic scene, a slow "
                    + "Sunday breakfast, a sleeping kitten, a lakeside cabin, a tea ceremony, knitting by a window, a meadow in "
                    + "spring, a grandmother's kitchen, a canoe trip, bread rising in the oven"
            ),
            ["tense"] = Split(
                "a detective story, a crime podcast, a thriller trailer, a haunted house level, a spy scene, a true-crime "
                    + "documentary, a chess match, a heist being planned, a mystery game, an investigation montage, a stealth mission, "
                    + "a foggy street at midnight, a locked door, a ticking clock, footsteps in an attic, a poker game, a submarine "
                    + "thriller, a police lineup, a courtroom drama, a masked stranger"
            ),
            ["relaxed"] = Split(
                "a cooking show, a hotel lobby, a lounge playlist, a product demo, a coffee shop, a dinner party, background "
                    + "listening, a travel diary, a fashion boutique, an office playlist, a tutorial video, a Sunday drive, a "
                    + "barbershop, a podcast intro, a jazz brunch, a real estate tour, a watch repair video, an airport lounge, a "
                    + "pottery workshop, a slideshow of holiday photographs"
            ),
            ["cheerful"] = Split(
                    "a family commercial, a children's show, a cartoon, a holiday vlog, a pet video, a unboxing clip, a craft "
                        + "tutorial, a summer barbecue, a toy advert, a how-to video, a bicycle ride, a school play, a lemonade stand, "
                        + "a puppy's first walk, a gardening show, a cereal commercial, a spring cleaning montage, a bakery opening, a "
                        + "puppet theatre, a kite on the beach"
                )
                .Select(use => use == "a unboxing clip" ? "an unboxing clip" : use)
                .ToArray(),
            ["intense"] = Split(
                "a boss fight, a car chase, a battle scene, an action trailer, an extreme sports reel, a boxing match, a "
                    + "villain's entrance, a martial arts sequence, a racing game, a disaster film, a heavy workout, a storm at sea, a "
                    + "sword fight, a zombie attack, a prison break, a motorcycle stunt, a volcano erupting, a gladiator arena, a "
                    + "final lap, a dragon hunt"
            ),
            ["energetic"] = Split(
                "a workout, a sports highlight reel, a running playlist, a skateboarding video, a tech advert, a game menu, a "
                    + "city time-lapse, a fitness class, a gadget review, a countdown, a dance rehearsal, a news opener, a start-up "
                    + "pitch, a basketball warm-up, a robot competition, an esports stream, a factory line, a drone race, a makeover "
                    + "show, a cycling class"
            ),
            ["joyful"] = Split(
                "a birthday party, a street festival, a victory celebration, a wedding dance, a carnival parade, a summer party, "
                    + "a happy ending, a graduation video, a theme park, an award ceremony, a holiday advert, New Year's Eve, a "
                    + "homecoming, a fireworks display, a goal celebration, a surprise proposal, a reunion of friends, a circus, a "
                    + "harvest feast, a marching crowd"
            ),
        };

    /// <summary>What the music is like, by group; each completes "like …".</summary>
    public static IReadOnlyDictionary<string, string[]> Similes { get; } =
        new Dictionary<string, string[]>(StringComparer.Ordinal)
        {
            ["sad"] = Split(
                "rain on a window pane, a candle burning low, fallen leaves in a gutter, an unanswered telephone, footprints "
                    + "fading in snow, a faded postcard, a wilted rose, the last train leaving, an empty swing, grey waves on a pier, "
                    + "a half-forgotten name, dust on a mirror"
            ),
            ["dreamy"] = Split(
                "mist over a harbour, moonlight through curtains, smoke curling upwards, a paper boat on a pond, fireflies at "
                    + "twilight, frost on glass, a slow tide, lanterns on a river, an echo in a cave, satellites crossing the dark, "
                    + "silk in a breeze, a half-waking thought"
            ),
            ["peaceful"] = Split(
                "sunlight on a wooden floor, a brook between stones, bees in lavender, a blanket by the hearth, a hammock in the "
                    + "shade, dew on clover, swans on a lake, warm milk, an orchard in blossom, a cat stretching, a quiet cloister, "
                    + "sheep on a far hillside"
            ),
            ["tense"] = Split(
                "a shadow behind a curtain, a tightrope walker, distant thunder, a fuse being lit, a corridor without lamps, a "
                    + "whispered secret, eyes in the undergrowth, a knife on a table, sirens far away, a crooked smile, a rusty hinge, "
                    + "the calm before a hurricane"
            ),
            ["relaxed"] = Split(
                "a convertible in the afternoon, sand between the toes, an espresso at the counter, a ceiling fan, a linen "
                    + "shirt, ice cubes in a glass, a newspaper on a bench, a stroll along the quay, a tram gliding past, a deck "
                    + "chair, half-closed blinds, slow traffic at sunset"
            ),
            ["cheerful"] = Split(
                "a skipping rope, balloons on a string, a polka-dot dress, ducklings in a row, whistling on the way home, fresh "
                    + "paint on a fence, strawberries and cream, a toy train, pancakes on a Saturday, daisies in a jar, a squirrel "
                    + "with a nut, a wink across the room"
            ),
            ["intense"] = Split(
                "a hammer on an anvil, molten metal, a stampede, a wall of fire, wolves at the gate, an engine at its limit, "
                    + "lightning over a ridge, a clenched fist, a tornado siren, an avalanche, breaking glass, a runaway locomotive"
            ),
            ["energetic"] = Split(
                "a sprinter at the blocks, sparks from a grinder, a pinball machine, rush hour on the subway, a coiled spring, a "
                    + "bouncing ball, a trampoline, neon signs flickering, white-water rapids, popcorn in a pan, a typewriter at "
                    + "speed, pistons in a row"
            ),
            ["joyful"] = Split(
                "confetti in the air, a golden sunrise, children on a slide, corks popping, flags along the avenue, a rainbow "
                    + "after a shower, ribbons on a maypole, a goal in the last minute, cartwheels on the lawn, laughter on a "
                    + "staircase, a sky full of kites, a standing ovation"
            ),
        };

    /// <summary>Uses by family.</summary>
    public static IReadOnlyDictionary<Genre, string[]> FamilyUses { get; } =
        new Dictionary<Genre, string[]>()
        {
            [Genre.Swing] = ["a swing dance social", "a speakeasy scene"],
            [Genre.BigBand] = ["a gala dinner", "a wartime romance film"],
            [Genre.Bebop] = ["a jazz documentary", "a restless city montage"],
            [Genre.CoolJazz] = ["a cocktail hour", "a late-night radio show"],
            [Genre.ModernJazz] = ["an art gallery opening", "a wine tasting"],
            [Genre.Dixieland] = ["a riverboat cruise", "a slapstick comedy"],
            [Genre.GypsyJazz] = ["a Parisian bistro", "a comedy set in Montmartre"],
            [Genre.JazzWaltz] = ["an ice-skating scene", "a department store in December"],
            [Genre.BossaNova] = ["a beachside cocktail bar", "an elevator ride"],
            [Genre.Samba] = ["a football fan montage", "a samba school parade"],
            [Genre.LatinJazz] = ["a rooftop terrace in Havana", "a cigar lounge"],
            [Genre.Salsa] = ["a salsa lesson", "a Latin dance night"],
            [Genre.Mambo] = ["a mambo contest", "a tropical cruise"],
            [Genre.ChaCha] = ["a ballroom lesson", "a retro television show"],
            [Genre.Rumba] = ["a candlelit tango bar", "a slow dance"],
            [Genre.Merengue] = ["a Caribbean block party", "a beach volleyball clip"],
            [Genre.Bolero] = ["a serenade under a balcony", "a telenovela"],
            [Genre.Tango] = ["a tango show", "a seductive dance scene"],
            [Genre.Calypso] = ["a tiki bar", "a tropical holiday advert"],
            [Genre.Reggae] = ["a surf video", "a day at the beach"],
            [Genre.Ska] = ["a scooter rally", "a silly prank compilation"],
            [Genre.Rock] = ["a road movie", "a truck commercial"],
            [Genre.HardRock] = ["a monster truck show", "a wrestling entrance"],
            [Genre.Punk] = ["a skate video", "a teenage rebellion scene"],
            [Genre.RockAndRoll] = ["a diner scene", "a sock hop"],
            [Genre.SixtiesPop] = ["a retro fashion reel", "a mod party"],
            [Genre.SoftRock] = ["a drive along the coast", "an acoustic open mic"],
            [Genre.Pop] = ["a make-up tutorial", "a shopping haul"],
            [Genre.SynthPop] = ["an eighties montage", "a roller rink"],
            [Genre.Ballad] = ["a first dance", "an engagement video"],
            [Genre.Disco] = ["a roller disco", "a glamorous runway"],
            [Genre.Funk] = ["a basketball montage", "a heist comedy"],
            [Genre.Soul] = ["a neighbourhood barbershop scene", "a slow jam playlist"],
            [Genre.Gospel] = ["a baptism", "a charity concert"],
            [Genre.Hymn] = ["a church service", "a candlelight vigil"],
            [Genre.Blues] = ["a smoky bar scene", "a whiskey commercial"],
            [Genre.Boogie] = ["a barn party", "a jitterbug contest"],
            [Genre.Shuffle] = ["a motorcycle trip", "a pool hall scene"],
            [Genre.Country] = ["a rodeo", "a pickup truck advert"],
            [Genre.Bluegrass] = ["a hoedown", "a moonshine caper"],
            [Genre.Folk] = ["a hiking film", "a farmers' market"],
            [Genre.Celtic] = ["a ceilidh", "a film about Irish emigrants"],
            [Genre.Cajun] = ["a crawfish boil", "a bayou boat ride"],
            [Genre.March] = ["a military parade", "a school sports day"],
            [Genre.Polka] = ["an Oktoberfest tent", "a clown act"],
            [Genre.Waltz] = ["a masked ball", "a carousel"],
            [Genre.Ballroom] = ["a tea dance", "an old newsreel"],
            [Genre.Ragtime] = ["a silent comedy", "an old-time arcade"],
            [Genre.ShowTune] = ["a curtain call", "a musical audition"],
            [Genre.HipHop] = ["a freestyle session", "a street dance battle"],
            [Genre.TripHop] = ["a rain-soaked night drive", "a moody fashion film"],
            [Genre.House] = ["a rooftop pool party", "a DJ warm-up set"],
            [Genre.Techno] = ["a warehouse rave", "a cyberpunk game"],
            [Genre.Trance] = ["a laser show", "a sunrise set at a festival"],
            [Genre.DrumAndBass] = ["a futuristic racing game", "a parkour video"],
            [Genre.DancePop] = ["an aerobics video", "a teen party"],
            [Genre.Fusion] = ["a weather report", "a gear demonstration"],
            [Genre.Ambient] = ["a space documentary", "a floatation tank"],
            [Genre.EasyListening] = ["a waiting room", "a supermarket"],
            [Genre.Lullaby] = ["a nursery", "a mobile above a cradle"],
            [Genre.NewAge] = ["a reiki session", "a mountain panorama"],
            [Genre.Flamenco] = ["a bullring scene", "a tapas bar"],
            [Genre.MiddleEastern] = ["a desert adventure game", "a bazaar scene"],
            [Genre.Afro] = ["a safari film", "a village dance"],
            [Genre.World] = ["a travel documentary", "a museum of cultures"],
            [Genre.Classical] = ["a costume drama", "a museum audio guide"],
            [Genre.Baroque] = ["a palace tour", "a banquet at court"],
            [Genre.Romantic] = ["a love story", "a period film"],
            [Genre.Cinematic] = ["a fantasy trailer", "an epic quest"],
            [Genre.Chiptune] = ["a retro platform game", "a pixel art animation"],
            [Genre.Synthwave] = ["a neon-lit night drive", "an eighties sci-fi film"],
            [Genre.Minimal] = ["an architecture film", "a factory documentary"],
        };

    /// <summary>Ways to say a trait.</summary>
    public static IReadOnlyDictionary<string, string[]> Traits { get; } =
        new Dictionary<string, string[]>(StringComparer.Ordinal)
        {
            ["sparse"] = ["sparse", "minimal", "with plenty of space between the notes", "bare", "uncluttered", "stripped-down"],
            ["busy"] = ["busy", "dense", "full of notes", "packed with detail", "intricate", "bustling"],
            ["bright"] = ["high-pitched", "in a high register", "glittering at the top", "light in register", "treble-rich"],
            ["deep"] = ["low-pitched", "in a deep register", "low and weighty", "bass-heavy"],
            ["soft"] = ["soft", "quiet", "played softly", "hushed", "at a low volume", "pianissimo"],
            ["loud"] = ["loud", "played forcefully", "at full volume", "fortissimo", "blaring"],
            ["smooth"] = ["smooth", "legato", "flowing", "sustained", "connected and fluid"],
            ["staccato"] = ["staccato", "detached", "clipped", "short and crisp", "choppy"],
            ["slow"] = ["slow", "unhurried", "slow-moving"],
            ["fast"] = ["fast", "quick", "rapid"],
        };

    /// <summary>Ways to say what production did; each is true whenever its key is a production word.</summary>
    public static IReadOnlyDictionary<string, string[]> Production { get; } =
        new Dictionary<string, string[]>(StringComparer.Ordinal)
        {
            ["lo-fi"] = ["a lo-fi sound", "a dusty low-fidelity sound", "a worn, narrow-band sound", "a lofi texture"],
            ["vinyl crackle"] = ["vinyl crackle", "the crackle of an old record", "record surface noise", "dusty vinyl noise"],
            ["tape wow"] = ["wobbly tape", "tape wow", "a wavering cassette feel", "unsteady tape pitch"],
            ["overdriven"] = ["heavy overdrive", "an overdriven sound", "distortion on everything", "a driven, crunchy mix"],
            ["saturated"] = ["warm saturation", "a saturated sound", "analogue-style warmth", "a touch of grit"],
            ["chorus effect"] = ["a chorus effect", "shimmering chorus", "a swirling chorus", "wide, wavering chorus"],
            ["large hall reverb"] =
            [
                "long hall reverb",
                "a cathedral-like echo",
                "huge reverb",
                "a vast reverberant space",
                "an enormous hall around it",
            ],
            ["hall reverb"] = ["hall reverb", "concert hall acoustics", "a spacious reverb", "reverberant sound"],
            ["room reverb"] = ["room reverb", "a natural room sound", "small-room ambience", "the sound of a room"],
            ["dry"] = ["a dry, close sound", "no reverb", "a dry mix", "an intimate, close-miked sound"],
            ["compressed"] = ["strong compression", "a tightly compressed mix", "a punchy radio-style mix", "even, squashed dynamics"],
            ["bright"] = ["a bright mix", "crisp treble", "a glossy top end", "sparkling highs"],
            ["dark"] = ["a dark mix", "muffled treble", "a mellow, rolled-off top", "subdued highs"],
        };

    private static string[] Split(string list) => list.Split(',', StringSplitOptions.TrimEntries);
}
