using Melody.Nn;
using Melody.SemanticTokens;
using static TorchSharp.torch;

namespace Melody.Steering;

/// <summary>
/// Tokens that only sound tells, such as the levels of bands, for music that is known by its score alone: each frame takes those of a frame
/// of a passage where much the same is played, so that the sequence follows the score and goes on smoothly (not in the paper). That is unit
/// selection as in speech synthesis (Hunt and Black, 1996, doi 10.1109/ICASSP.1996.541110): a target cost for what is played, a join cost
/// for how levels go on, and the cheapest sequence by Viterbi's algorithm.
/// </summary>
internal sealed class TokenRecall : IDisposable
{
    // of each kind of facts, by how much levels depend on it; measured on held-out pieces, where the error hardly depends on them
    private const double HarmonyWeight = 0.3,
        BassWeight = 0.7,
        MelodyWeight = 0.5,
        AttackWeight = 1.5,
        FamilyWeight = 3;

    // of a squared difference of levels where two frames meet that did not follow each other, and of leaving the passage's order at all
    private const double JoinWeight = 8,
        JumpCost = 0.1;

    // frames of the passage that may follow for each frame of the music
    private const int Candidates = 16;

    // a frame that is ruled out is taken where there is no other
    private const double RuledOut = 1e4;

    private readonly CodebookSizes _sizes;
    private readonly Tensor _facts;
    private readonly int[] _pitched;
    private readonly float[][][] _levels;

    private TokenRecall(SemanticTokenizer tokenizer)
    {
        var books = tokenizer.Codebooks;
        _sizes = tokenizer.Config.Sizes();
        Codebooks = CodebooksOf(tokenizer.Config);
        _pitched = Numbers(books, TellsPitch, all: false);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        int width = books.Where((_, book) => !Codebooks.Contains(book)).Sum(book => book.Values.Count),
            column = 0;
        var device = tokenizer.CentreFeatures(books[0]).device;
        _facts = zeros(_sizes.Total, width, ScalarType.Float32, device).DetachFromDisposeScope();
        _levels = new float[books.Count][][];
        for (int book = 0; book < books.Count; book++)
        {
            var told = tokenizer.CentreFeatures(books[book]).to_type(ScalarType.Float32);
            if (Codebooks.Contains(book))
            {
                var values = told.cpu().contiguous().data<float>().ToArray();
                _levels[book] = [.. values.Chunk(books[book].Values.Count)];
                continue;
            }
            var weights = tensor(books[book].Values.Select(Weight).ToArray(), ScalarType.Float32, device);
            _facts.narrow(0, _sizes.Start(book), books[book].Codes).narrow(1, column, books[book].Values.Count).copy_(told * weights);
            column += books[book].Values.Count;
        }
    }

    /// <summary>Numbers of the codebooks whose tokens are recalled: those that tell nothing but what is heard.</summary>
    public IReadOnlyList<int> Codebooks { get; }

    /// <summary>
    /// Numbers, from 0, of the codebooks of a tokenizer whose tokens can be recalled; none where all or none tell only what is heard.
    /// </summary>
    public static IReadOnlyList<int> CodebooksOf(SemanticTokenizerConfig config)
    {
        if (!FrameFacts.Tells(config.Readout))
            return [];
        var books = Codebook.Of(config, config.Readout);
        int[] heard = Numbers(books, FrameFacts.IsHeard, all: true);
        return heard.Length == books.Count ? [] : heard;
    }

    /// <summary>For a tokenizer that has such codebooks beside others; null for others.</summary>
    public static TokenRecall? Of(SemanticTokenizer tokenizer) => CodebooksOf(tokenizer.Config).Count == 0 ? null : new(tokenizer);

    /// <summary>What frames play, [batch, T, facts]: alike frames have near vectors, those with the same tokens the same one.</summary>
    /// <param name="tokens">Int64 [batch, T, codebooks]; tokens of <see cref="Codebooks"/> may be unknown.</param>
    public Tensor Facts(Tensor tokens)
    {
        using var scope = NewDisposeScope();
        var facts = zeros([.. tokens.shape.Take(2), _facts.shape[1]], ScalarType.Float32, tokens.device);
        for (int book = 0; book < _sizes.Count; book++)
            if (!Codebooks.Contains(book))
                facts.add_(_facts.index_select(0, _sizes.Rows(book, tokens.select(-1, book)).flatten()).view(facts.shape));
        return facts.MoveToOuterDisposeScope();
    }

    /// <summary>How badly passages serve music, [passages]: the distance of its frames to the nearest of theirs, averaged.</summary>
    /// <param name="passages">Their <see cref="Facts"/>, [passages, Tp, facts].</param>
    /// <param name="music">Its facts, [1, T, facts].</param>
    public static Tensor Misfit(Tensor passages, Tensor music)
    {
        using var scope = NewDisposeScope();
        return Distances(music, passages).amin([2L]).mean([1L]).MoveToOuterDisposeScope();
    }

    // squared, [batch, T, Tp]
    private static Tensor Distances(Tensor music, Tensor passages)
    {
        using var scope = NewDisposeScope();
        var squares = music.square().sum(-1).unsqueeze(2) + passages.square().sum(-1).unsqueeze(1);
        return squares.sub_(music.matmul(passages.transpose(1, 2)).mul_(2)).clamp_min_(0).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Which frames of passages have other notes than frames of music, bool [batch, T, Tp]: no token that tells pitches is the same. Where
    /// a frame of the music would have none, as in a piece for drums, all count.
    /// </summary>
    /// <param name="tokens">Int64 [batch, T, codebooks].</param>
    /// <param name="heard">Int64 [batch, Tp, codebooks].</param>
    /// <param name="there">Bool [batch, Tp], false for what only fills a shorter passage up.</param>
    public Tensor OtherNotes(Tensor tokens, Tensor heard, Tensor there)
    {
        using var scope = NewDisposeScope();
        var same = zeros(tokens.shape[0], tokens.shape[1], heard.shape[1], ScalarType.Bool, tokens.device);
        foreach (int book in _pitched)
            same.logical_or_(tokens.select(-1, book).unsqueeze(2).eq(heard.select(-1, book).unsqueeze(1)));
        var other = same.logical_not_().logical_and_(there.unsqueeze(1));
        return other.logical_or_(other.any(2, keepdim: true).logical_not()).MoveToOuterDisposeScope();
    }

    /// <summary>The tokens of music with those of <see cref="Codebooks"/> recalled from passages, int64 [batch, T, codebooks].</summary>
    /// <param name="tokens">Int64 [batch, T, codebooks].</param>
    /// <param name="heard">Of the passages, int64 [batch, Tp, codebooks], Tp at least 1.</param>
    /// <param name="allowed">Bool [batch, Tp] or [batch, T, Tp], which frames may be taken; null for all.</param>
    /// <param name="before">The tokens of the frame before the music, one a codebook, which it goes on from; null for none.</param>
    public Tensor Complete(Tensor tokens, Tensor heard, Tensor? allowed = null, long[]? before = null)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var distances = Distances(Facts(tokens), Facts(heard));
        if (allowed?.dim() == 2)
            allowed = allowed.unsqueeze(1);
        if (allowed is not null)
            distances = distances + allowed.logical_not() * RuledOut;
        long candidates = Math.Min(Candidates, heard.shape[1]);
        var (costs, frames) = distances.topk((int)candidates, dim: 2, largest: false, sorted: true);
        var completed = tokens.cpu().clone();
        var known = heard.cpu();
        for (long example = 0; example < tokens.shape[0]; example++)
        {
            var own = known[Math.Min(example, known.shape[0] - 1)];
            int last = allowed is null ? (int)own.shape[0] - 1 : Last(allowed[Math.Min(example, allowed.shape[0] - 1)]);
            var offered = (Values<float>(costs[example]), Values<long>(frames[example]), (int)candidates);
            int[] chosen = Cheapest(offered, Values<long>(own), last, before);
            var taken = own.index_select(0, tensor(chosen.Select(frame => (long)frame).ToArray()));
            foreach (int book in Codebooks)
                completed[example].select(-1, book).copy_(taken.select(-1, book));
        }
        return completed.to(tokens.device).MoveToOuterDisposeScope();
    }

    // the last frame that may be taken for any; that of all where none may
    private static int Last(Tensor allowed)
    {
        var places = allowed.any(0).nonzero();
        return (int)(places.shape[0] == 0 ? allowed.shape[1] - 1 : places.max().item<long>());
    }

    // the sequence of frames with the least target and join costs, of so many candidates a frame; nothing follows the last of a passage
    private int[] Cheapest((float[] Costs, long[] Frames, int Count) offered, long[] passage, int last, long[]? before)
    {
        var (costs, frames, candidates) = offered;
        int length = costs.Length / candidates;
        var total = new double[candidates];
        var next = new double[candidates];
        var from = new int[length * candidates];
        for (int t = 0; t < length; t++)
        {
            for (int candidate = 0; candidate < candidates; candidate++)
            {
                int frame = (int)frames[t * candidates + candidate];
                double best = double.PositiveInfinity;
                if (t == 0)
                    best = before is null ? 0 : JoinWeight * Difference(before, 0, passage, frame);
                for (int earlier = 0; t > 0 && earlier < candidates; earlier++)
                {
                    int left = (int)frames[(t - 1) * candidates + earlier];
                    double join =
                        frame == left + 1 ? 0 : JumpCost + JoinWeight * Difference(passage, Math.Min(left + 1, last), passage, frame);
                    if (total[earlier] + join >= best)
                        continue;
                    best = total[earlier] + join;
                    from[t * candidates + candidate] = earlier;
                }
                next[candidate] = best + costs[t * candidates + candidate];
            }
            (total, next) = (next, total);
        }
        var chosen = new int[length];
        int at = Array.IndexOf(total, total.Min());
        for (int t = length - 1; t >= 0; at = from[t * candidates + at], t--)
            chosen[t] = (int)frames[t * candidates + at];
        return chosen;
    }

    // squared, of what is heard in two frames
    private double Difference(long[] first, int firstFrame, long[] second, int secondFrame)
    {
        double sum = 0;
        foreach (int book in Codebooks)
        {
            float[] left = _levels[book][first[firstFrame * _sizes.Count + book]],
                right = _levels[book][second[secondFrame * _sizes.Count + book]];
            for (int i = 0; i < left.Length; i++)
                sum += (left[i] - right[i]) * (double)(left[i] - right[i]);
        }
        return sum;
    }

    private static string Kind(int fact) => FrameFacts.Groups.Last(group => fact >= group.First).Key;

    private static double Weight(int fact) =>
        Kind(fact) switch
        {
            "chroma" => HarmonyWeight,
            "bass" or "octaves" => BassWeight,
            "melody" => MelodyWeight,
            "families" => FamilyWeight,
            "levels" => 0,
            _ => AttackWeight,
        };

    private static bool TellsPitch(int fact) => Kind(fact) is "chroma" or "bass" or "octaves" or "melody";

    private static int[] Numbers(IReadOnlyList<Codebook> books, Func<int, bool> tells, bool all) =>
        [.. Enumerable.Range(0, books.Count).Where(book => all ? books[book].Values.All(tells) : books[book].Values.Any(tells))];

    private static T[] Values<T>(Tensor tensor)
        where T : unmanaged => tensor.cpu().contiguous().data<T>().ToArray();

    /// <inheritdoc/>
    public void Dispose() => _facts.Dispose();
}
