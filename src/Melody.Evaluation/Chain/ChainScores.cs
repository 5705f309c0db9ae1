using Melody.Evaluation.Metrics;
using Melody.Evaluation.Prompts;

namespace Melody.Evaluation.Chain;

/// <summary>How the chain is asked.</summary>
internal sealed record ChainOptions
{
    /// <summary>How many prompts of the list, spread evenly.</summary>
    public int Prompts { get; init; } = int.MaxValue;

    /// <summary>Length of each answer.</summary>
    public double Seconds { get; init; } = 10;

    /// <summary>Prompts that are asked with several seeds.</summary>
    public int RepeatedPrompts { get; init; } = 6;

    /// <summary>Further seeds of each.</summary>
    public int FurtherSeeds { get; init; } = 3;

    /// <summary>Prompts that are continued.</summary>
    public int ContinuedPrompts { get; init; } = 4;

    /// <summary>Length of a continued piece.</summary>
    public double ContinuedSeconds { get; init; } = 60;
}

/// <summary>One answer: what was asked, what was heard, and its files, relative to the report.</summary>
/// <param name="Prompt">What was asked.</param>
/// <param name="Seed">With which seed.</param>
/// <param name="Heard">What was heard.</param>
/// <param name="Sound">The sound, at the usual loudness.</param>
/// <param name="Picture">Its spectrogram.</param>
internal sealed record Answer(EvaluationPrompt Prompt, long Seed, Hearing Heard, string Sound, string Picture);

/// <summary>A piece that was made by continuation.</summary>
/// <param name="Prompt">What was asked.</param>
/// <param name="Seams">How its seams stand out; null when it is silent or has none.</param>
/// <param name="Endurance">Its end beside its beginning; null when it is short.</param>
/// <param name="Sound">The sound.</param>
/// <param name="Picture">Its spectrogram.</param>
internal sealed record ContinuedAnswer(EvaluationPrompt Prompt, SeamScores? Seams, LongForm? Endurance, string Sound, string Picture);

/// <summary>A Fréchet distance beside that of real music to real music, from equally many clips.</summary>
/// <param name="Embedding">Whose vectors.</param>
/// <param name="Clips">On each side.</param>
/// <param name="Generated">Answers to one half of the held-out music.</param>
/// <param name="HeldOut">The other half of the held-out music to that half.</param>
internal sealed record FrechetScore(string Embedding, int Clips, double Generated, double HeldOut)
{
    /// <summary>1 when the answers are as near as music is to music.</summary>
    public double Ratio => Generated / HeldOut;
}

/// <summary>How well a model makes what it is asked for.</summary>
/// <param name="Options">How it was asked.</param>
/// <param name="Windows">Held-out windows beside it.</param>
/// <param name="Generated">The answers.</param>
/// <param name="HeldOut">Held-out music judged in the same way by its own truth: what the judges let through at best.</param>
/// <param name="Frechet">The joint embedding's, then the user's where there is one.</param>
/// <param name="Diversity">Of answers to one prompt under several seeds.</param>
/// <param name="HeldOutDiversity">Of held-out pieces.</param>
/// <param name="HarmonicMotion">Mean of the answers that have pitches.</param>
/// <param name="HeldOutHarmonicMotion">The same of held-out music.</param>
/// <param name="Loudness">Mean of the answers that sound at all, LUFS, before it was set.</param>
/// <param name="Clipping">Mean share of clipped samples.</param>
/// <param name="Silence">Mean share of silent blocks.</param>
/// <param name="HeldOutSilence">The same of held-out music.</param>
/// <param name="Silent">Answers that are silent for more than half.</param>
/// <param name="SameFile">Whether a prompt asked again with its seed gave the same samples.</param>
/// <param name="Answers">One a prompt.</param>
/// <param name="Continued">Long ones.</param>
internal sealed record ChainScores(
    ChainOptions Options,
    int Windows,
    AdherenceScores Generated,
    AdherenceScores HeldOut,
    IReadOnlyList<FrechetScore> Frechet,
    double Diversity,
    double HeldOutDiversity,
    double HarmonicMotion,
    double HeldOutHarmonicMotion,
    double Loudness,
    double Clipping,
    double Silence,
    double HeldOutSilence,
    int Silent,
    bool SameFile,
    IReadOnlyList<Answer> Answers,
    IReadOnlyList<ContinuedAnswer> Continued
);
