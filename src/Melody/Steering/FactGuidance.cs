using Melody.Music;
using Melody.SemanticTokens;

namespace Melody.Steering;

/// <summary>
/// Steers tokens towards the tempo, key and instruments that are asked for: where each token tells what sounds
/// (<see cref="FrameFacts"/>), its score is raised by how well that agrees with the target, so that tokens are drawn from
/// p(token | music so far) p(target | token). Controlled decoding by attribute scores, as in FUDGE (Yang and Klein, 2021,
/// arXiv 2104.05218); not in the paper, whose tokens do not tell such things.
/// </summary>
internal sealed class FactGuidance
{
    // in nats, for a token that tells its facts with certainty
    private const double WantedFamily = 1,
        OtherFamily = -1,
        UnwantedFamily = -3,
        UnwantedStroke = -1.5,
        Silence = -2;

    private const double MemorySeconds = 4;

    private readonly IReadOnlyList<CodebookFacts> _books;
    private readonly double _framesPerSecond;

    private FactGuidance(IReadOnlyList<CodebookFacts> books, double framesPerSecond) =>
        (_books, _framesPerSecond) = (books, framesPerSecond);

    /// <summary>For a tokenizer whose centres divide a readout; null for others.</summary>
    public static FactGuidance? Of(SemanticTokenizer tokenizer) =>
        !FrameFacts.Tells(tokenizer.Config.Readout)
            ? null
            : new(
                [.. tokenizer.Codebooks.Select(book => CodebookFacts.Of(tokenizer, book))],
                (double)tokenizer.Config.SampleRate / tokenizer.Config.Hop
            );

    /// <summary>The scores of one song's targets.</summary>
    /// <param name="controls">What is asked for.</param>
    /// <param name="earlier">Tokens that the song has already, frame after frame: its beat goes on as theirs.</param>
    /// <param name="strength">Factor on all; 0 is none.</param>
    public Target For(MusicControls? controls, IReadOnlyList<long> earlier, double strength) =>
        new(this, controls ?? new(), earlier, strength);

    /// <summary>What one song's targets add to each token's score. It has to hear every frame that the song gets.</summary>
    internal sealed class Target
    {
        private readonly IReadOnlyList<CodebookFacts> _books;
        private readonly float[][] _constant;
        private readonly KeyEvidence? _key;
        private readonly FamilyEvidence? _families;
        private readonly TempoEvidence? _tempo;
        private readonly double _strength;

        internal Target(FactGuidance owner, MusicControls controls, IReadOnlyList<long> earlier, double strength)
        {
            (_books, _strength) = (owner._books, strength);
            _constant =
            [
                .. _books.Select(book =>
                    Enumerable
                        .Range(0, book.Codes)
                        .Select(code => controls.Instruments is { } requested ? (float)(strength * Constant(book, code, requested)) : 0)
                        .ToArray()
                ),
            ];
            double memory = MemorySeconds * owner._framesPerSecond;
            _key = controls.Key is { } key ? new(key, memory) : null;
            _families = controls.Instruments is { Wanted.Count: > 0 } instruments ? new(instruments, memory) : null;
            var frames = earlier.Chunk(_books.Count).ToList();
            if (controls.Bpm is { } bpm)
            {
                double radiansPerFrame = 2 * Math.PI * bpm / 60 / owner._framesPerSecond;
                _tempo = new(radiansPerFrame, TempoEvidence.StartOf(frames.Select(frame => Place(frame)), radiansPerFrame), memory);
            }
            foreach (var frame in frames)
                Observe(frame);
        }

        /// <summary>Takes in the tokens of the song's next frame, one a codebook; those that are not known tell nothing.</summary>
        public void Observe(ReadOnlySpan<long> frame)
        {
            Span<float> pitches = stackalloc float[FrameFacts.PitchClasses],
                families = stackalloc float[InstrumentFamilies.Count];
            for (int book = 0; book < _books.Count; book++)
            {
                if (frame[book] < 0)
                    continue;
                AddTo(pitches, _books[book].PitchesOf(frame[book]));
                AddTo(families, _books[book].FamiliesOf(frame[book]));
            }
            _key?.Observe(pitches);
            _families?.Observe(families);
            _tempo?.Observe(Place(frame));
        }

        /// <summary>Adds to the scores of the next frame's token of a codebook, one a code.</summary>
        public void AddTo(int book, Span<float> scores)
        {
            var (facts, lasting) = (_books[book], _constant[book]);
            var (pitches, families, tempo) = (_key?.LogOdds(), _families?.LogOdds(), _tempo?.LogOdds());
            for (int code = 0; code < scores.Length; code++)
            {
                double score = lasting[code];
                if (tempo is { } worth)
                    score += _strength * (worth.Cosine * facts.Places[code].Cosine + worth.Sine * facts.Places[code].Sine);
                if (pitches is not null)
                    score += _strength * Dot(pitches, facts.PitchesOf(code));
                if (families is not null)
                    score += _strength * Dot(families, facts.FamiliesOf(code));
                scores[code] += (float)score;
            }
        }

        private static void AddTo(Span<float> sums, ReadOnlySpan<float> values)
        {
            for (int i = 0; i < sums.Length; i++)
                sums[i] += values[i];
        }

        private (double Cosine, double Sine) Place(ReadOnlySpan<long> frame)
        {
            double cosine = 0,
                sine = 0;
            for (int book = 0; book < _books.Count; book++)
            {
                if (frame[book] < 0)
                    continue;
                var place = _books[book].Places[(int)frame[book]];
                (cosine, sine) = (cosine + place.Cosine, sine + place.Sine);
            }
            return (cosine, sine);
        }

        private static double Dot(ReadOnlySpan<double> worth, ReadOnlySpan<float> facts)
        {
            double sum = 0;
            for (int fact = 0; fact < worth.Length; fact++)
                sum += worth[fact] * facts[fact];
            return sum;
        }

        private static double Constant(CodebookFacts book, int code, InstrumentRequest requested)
        {
            var facts = book.Of(code);
            double score = 0;
            foreach (var family in InstrumentFamilies.All)
                score +=
                    facts[FrameFacts.Families + (int)family]
                    * (
                        requested.Wanted.Contains(family) ? WantedFamily / requested.Wanted.Count
                        : requested.Unwanted.Contains(family) ? UnwantedFamily
                        : requested.Alone ? OtherFamily
                        : 0
                    );
            if (book.TellsFamilies && requested.Wanted.Count > 0)
            {
                // where no token has the wanted family to itself, silence would be the least wrong of all
                double sounding = 0;
                for (int family = 0; family < InstrumentFamilies.Count; family++)
                    sounding += facts[FrameFacts.Families + family];
                score += Silence * Math.Max(0, 1 - 2 * sounding);
            }
            if (
                requested.Unwanted.Contains(InstrumentFamily.Drums)
                || requested.Alone && !requested.Wanted.Contains(InstrumentFamily.Drums)
            )
                for (int stroke = FrameFacts.BassDrum; stroke <= FrameFacts.OtherDrum; stroke++)
                    score += UnwantedStroke * facts[FrameFacts.Onsets + stroke];
            return score;
        }
    }
}
