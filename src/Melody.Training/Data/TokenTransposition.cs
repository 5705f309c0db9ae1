using Melody.LanguageModel;
using Melody.SemanticTokens;
using static TorchSharp.torch;

namespace Melody.Training.Data;

/// <summary>
/// What the semantic tokens of music become when the music is transposed, as far as they tell pitch classes: each centre's probabilities of
/// pitch classes go round by some semitones, and the nearest centre to the result takes its place. Octaves stay, which a few semitones
/// hardly change.
/// </summary>
internal sealed class TokenTransposition
{
    /// <summary>Different transpositions, the first of which changes nothing.</summary>
    public const int Count = FrameFacts.PitchClasses;

    private static readonly int[] PitchGroups = [FrameFacts.Chroma, FrameFacts.Bass, FrameFacts.Melody];

    // [semitones][codebook][code]
    private readonly long[][][] _codes;

    /// <param name="tokenizer">With centres over what scores say.</param>
    /// <exception cref="MelodyException">Its tokens tell nothing of a score.</exception>
    public TokenTransposition(SemanticTokenizer tokenizer)
    {
        if (tokenizer.Readout is null || !FrameFacts.Tells(tokenizer.Config.Readout))
            throw new MelodyException("Only tokens that tell pitches can be transposed; leave transposedShare at 0 with this tokenizer.");
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        _codes =
        [
            .. Enumerable
                .Range(0, Count)
                .Select(semitones => tokenizer.Codebooks.Select((book, index) => Codes(tokenizer, book, index, semitones)).ToArray()),
        ];
    }

    /// <summary>Transposes tokens [frames, codebooks], flat, in place; one that is not known (-1) stays.</summary>
    /// <param name="semitones">0 to 11, upwards.</param>
    /// <param name="tokens">Of whole frames.</param>
    public void Apply(int semitones, Span<long> tokens)
    {
        var books = _codes[semitones];
        for (int i = 0; i < tokens.Length; i++)
            if (tokens[i] >= 0)
                tokens[i] = books[i % books.Length][tokens[i]];
    }

    /// <summary>The class of a key so many semitones higher; a key that is not known stays unknown.</summary>
    public static int Key(int keyClass, int semitones)
    {
        if (keyClass < 0)
            return keyClass;
        var key = ControlClasses.Key(keyClass);
        return ControlClasses.OfKey(key with { Tonic = (key.Tonic + semitones) % FrameFacts.PitchClasses });
    }

    private static long[] Codes(SemanticTokenizer tokenizer, Codebook book, int index, int semitones)
    {
        if (semitones == 0)
            return [.. Enumerable.Range(0, book.Codes).Select(code => (long)code)];
        var features = tokenizer.CentreFeatures(book);
        var places = book.Values.Select((value, place) => (value, place)).ToDictionary(v => v.value, v => v.place);
        var from = book.Values.Select(value => (long)places[Lower(value, semitones)]).ToArray();
        var values = tensor(book.Values.Select(value => (long)value).ToArray(), device: features.device);
        // what the other codebooks divide does not matter
        var frames = zeros(book.Codes, tokenizer.FeatureWidth, device: features.device)
            .index_copy(1, values, features.index_select(1, tensor(from, device: features.device)));
        return tokenizer.TokensOf(frames).select(-1, index).cpu().data<long>().ToArray();
    }

    // the value that a transposed frame has here
    private static int Lower(int value, int semitones)
    {
        foreach (int first in PitchGroups)
            if (value >= first && value < first + FrameFacts.PitchClasses)
                return first + (value - first + FrameFacts.PitchClasses - semitones) % FrameFacts.PitchClasses;
        return value;
    }
}
