namespace Melody.Training.FineTuning;

/// <summary>Where the words for the files came from: how many files have each.</summary>
/// <param name="Table">A row of the table of captions.</param>
/// <param name="TextFiles">A text file beside the music.</param>
/// <param name="FileNames">The words of their names.</param>
/// <param name="Given">The words that were given for all.</param>
/// <param name="Heard">Nothing but what is heard: tempo, key, drums.</param>
internal sealed record CaptionSources(int Table, int TextFiles, int FileNames, int Given, int Heard);

/// <summary>The music that was learned from.</summary>
/// <param name="Songs">How many songs.</param>
/// <param name="HeldOut">How many of them were held out.</param>
/// <param name="Files">Recordings after stems were mixed.</param>
/// <param name="Mixed">Recordings that were mixed from stems.</param>
/// <param name="Seconds">Of music, stems mixed.</param>
/// <param name="Captions">Where the words came from.</param>
internal sealed record LearnedMusic(int Songs, int HeldOut, int Files, int Mixed, double Seconds, CaptionSources Captions);

/// <summary>How one part of the model was trained.</summary>
/// <param name="Part">Its name.</param>
/// <param name="Steps">Steps done.</param>
/// <param name="BestStep">The step whose weights were kept; 0 where none was better than the model as it was.</param>
/// <param name="Before">Loss on held-out songs before the first step.</param>
/// <param name="After">Loss on held-out songs with the weights that were kept.</param>
/// <param name="Ended">Why it ended: "time", "steps", "no longer better" or "interrupted".</param>
internal sealed record PartTraining(string Part, long Steps, long BestStep, double Before, double After, string Ended);

/// <summary>A prompt and its music before and after.</summary>
/// <param name="Prompt">The words.</param>
/// <param name="Seed">Of both.</param>
/// <param name="Before">File of the model's music.</param>
/// <param name="After">File of the music with the adapter.</param>
/// <param name="LikenessBefore">Cosine with the mean of the clips in the joint embedding, -1 to 1.</param>
/// <param name="LikenessAfter">The same with the adapter.</param>
internal sealed record SamplePair(string Prompt, long Seed, string Before, string After, double LikenessBefore, double LikenessAfter);

/// <summary>What <c>melody finetune</c> made.</summary>
/// <param name="File">The adapter.</param>
/// <param name="Card">Its card.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Sha256">Of the file.</param>
/// <param name="Bytes">Of the file.</param>
/// <param name="Model">The model that it belongs to.</param>
/// <param name="Rank">Of the changes.</param>
/// <param name="Music">What it learned from.</param>
/// <param name="Parts">How the parts were trained.</param>
/// <param name="Samples">Music before and after.</param>
/// <param name="WallSeconds">How long it took.</param>
internal sealed record FineTuningReport(
    string File,
    string Card,
    string Name,
    string Sha256,
    long Bytes,
    string Model,
    int Rank,
    LearnedMusic Music,
    IReadOnlyList<PartTraining> Parts,
    IReadOnlyList<SamplePair> Samples,
    double WallSeconds
);
