using Melody.Music;
using Melody.SemanticTokens;
using static TorchSharp.torch;

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

    // what a pitch class as the lowest counts beside sounding at all
    private const float BassShare = 0.7f;

    private const double MemorySeconds = 4;

    private readonly float[] _facts,
        _pitches;
    private readonly (double Cosine, double Sine)[] _places;
    private readonly int _codes;
    private readonly double _tokensPerSecond;

    private FactGuidance(float[] facts, int codes, double tokensPerSecond)
    {
        (_facts, _codes, _tokensPerSecond) = (facts, codes, tokensPerSecond);
        _pitches =
        [
            .. Enumerable
                .Range(0, codes)
                .SelectMany(code =>
                    Enumerable
                        .Range(0, FrameFacts.PitchClasses)
                        .Select(pitch => FactsOf(code)[FrameFacts.Chroma + pitch] + BassShare * FactsOf(code)[FrameFacts.Bass + pitch])
                ),
        ];
        _places =
        [
            .. Enumerable
                .Range(0, codes)
                .Select(code => ((double)(2 * FactsOf(code)[FrameFacts.Phase] - 1), (double)(2 * FactsOf(code)[FrameFacts.Phase + 1] - 1))),
        ];
    }

    /// <summary>For a tokenizer whose centres divide a readout; null for others.</summary>
    public static FactGuidance? Of(SemanticTokenizer tokenizer)
    {
        if (tokenizer.Config.Readout != FrameFacts.Count)
            return null;
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var facts = tokenizer.CentreFeatures().clamp(0, 1).cpu().data<float>().ToArray();
        return new(facts, tokenizer.Config.Codes, (double)tokenizer.Config.SampleRate / tokenizer.Config.Hop);
    }

    /// <summary>The scores of one song's targets.</summary>
    /// <param name="controls">What is asked for.</param>
    /// <param name="earlier">Tokens that the song has already: its beat goes on as theirs.</param>
    /// <param name="strength">Factor on all; 0 is none.</param>
    public Target For(MusicControls? controls, IReadOnlyList<long> earlier, double strength) =>
        new(this, controls ?? new(), earlier, strength);

    private ReadOnlySpan<float> FactsOf(long code) => _facts.AsSpan((int)code * FrameFacts.Count, FrameFacts.Count);

    private ReadOnlySpan<float> FamiliesOf(long code) => FactsOf(code).Slice(FrameFacts.Families, InstrumentFamilies.Count);

    private ReadOnlySpan<float> PitchesOf(long code) => _pitches.AsSpan((int)code * FrameFacts.PitchClasses, FrameFacts.PitchClasses);

    /// <summary>What one song's targets add to each token's score. It has to observe every token that the song gets.</summary>
    internal sealed class Target
    {
        private readonly FactGuidance _owner;
        private readonly float[] _constant;
        private readonly KeyEvidence? _key;
        private readonly FamilyEvidence? _families;
        private readonly TempoEvidence? _tempo;
        private readonly double _strength;

        internal Target(FactGuidance owner, MusicControls controls, IReadOnlyList<long> earlier, double strength)
        {
            (_owner, _strength) = (owner, strength);
            _constant =
            [
                .. Enumerable
                    .Range(0, owner._codes)
                    .Select(code => controls.Instruments is { } requested ? (float)(strength * Constant(owner.FactsOf(code), requested)) : 0),
            ];
            double memory = MemorySeconds * owner._tokensPerSecond;
            _key = controls.Key is { } key ? new(key, memory) : null;
            _families = controls.Instruments is { Wanted.Count: > 0 } instruments ? new(instruments, memory) : null;
            if (controls.Bpm is { } bpm)
            {
                double radiansPerToken = 2 * Math.PI * bpm / 60 / owner._tokensPerSecond;
                _tempo = new(
                    radiansPerToken,
                    TempoEvidence.StartOf(earlier.Select(token => owner._places[token]), radiansPerToken),
                    memory
                );
            }
            foreach (var token in earlier)
                Observe(token);
        }

        /// <summary>Takes in the song's next token.</summary>
        public void Observe(long token)
        {
            _key?.Observe(_owner.PitchesOf(token));
            _families?.Observe(_owner.FamiliesOf(token));
            _tempo?.Observe(_owner._places[token]);
        }

        /// <summary>Adds to the scores of the song's next token, one a code.</summary>
        public void AddTo(Span<float> scores)
        {
            var (pitches, families, tempo) = (_key?.LogOdds(), _families?.LogOdds(), _tempo?.LogOdds());
            for (int code = 0; code < scores.Length; code++)
            {
                double score = _constant[code];
                if (tempo is { } worth)
                    score += _strength * (worth.Cosine * _owner._places[code].Cosine + worth.Sine * _owner._places[code].Sine);
                if (pitches is not null)
                    score += _strength * Dot(pitches, _owner.PitchesOf(code));
                if (families is not null)
                    score += _strength * Dot(families, _owner.FamiliesOf(code));
                scores[code] += (float)score;
            }
        }

        private static double Dot(ReadOnlySpan<double> worth, ReadOnlySpan<float> facts)
        {
            double sum = 0;
            for (int fact = 0; fact < worth.Length; fact++)
                sum += worth[fact] * facts[fact];
            return sum;
        }

        private static double Constant(ReadOnlySpan<float> facts, InstrumentRequest requested)
        {
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
            if (requested.Wanted.Count > 0)
            {
                // where no token has the wanted family to itself, silence would be the least wrong of all
                double sounding = 0;
                for (int family = 0; family < InstrumentFamilies.Count; family++)
                    sounding += facts[FrameFacts.Families + family];
                score += Silence * Math.Max(0, 1 - 2 * sounding);
            }
            if (requested.Unwanted.Contains(InstrumentFamily.Drums) || requested.Alone && !requested.Wanted.Contains(InstrumentFamily.Drums))
                for (int stroke = FrameFacts.BassDrum; stroke <= FrameFacts.OtherDrum; stroke++)
                    score += UnwantedStroke * facts[FrameFacts.Onsets + stroke];
            return score;
        }
    }
}
