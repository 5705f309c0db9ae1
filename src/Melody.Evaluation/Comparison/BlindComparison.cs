using System.Globalization;
using Melody.Audio;
using Melody.Evaluation.Reports;
using Melody.Foundation;

namespace Melody.Evaluation.Comparison;

/// <summary>Writes a page on which a listener chooses between two sources of music without knowing which is which.</summary>
internal static class BlindComparison
{
    /// <summary>The page's file.</summary>
    public const string PageName = "index.html";

    /// <summary>Takes the music of both, one source after the other, and writes page, sounds and pictures; the page comes last.</summary>
    /// <param name="first">One source.</param>
    /// <param name="second">The other.</param>
    /// <param name="prompts">What both are asked.</param>
    /// <param name="seed">Of the order.</param>
    /// <param name="folder">Receives everything; a page that is there already is replaced.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="cancellation">Looked at before each sound, and within it where it is made.</param>
    /// <exception cref="MelodyException">A sound is missing or cannot be made, or nothing can be written there.</exception>
    public static void Write(
        IComparedSide first,
        IComparedSide second,
        IReadOnlyList<ComparedPrompt> prompts,
        long seed,
        string folder,
        Action<double>? progress = null,
        CancellationToken cancellation = default
    )
    {
        using var work = WorkFolder.Create("compare");
        int done = 0;
        Take(first, 0);
        Take(second, 1);
        foreach (var name in new[] { "sounds", "pictures" })
            AtomicFile.Translate(folder, () => Directory.CreateDirectory(Path.Combine(folder, name)));
        // an older page would tell the wrong names of newer sounds
        AtomicFile.Translate(folder, () =>
        {
            File.Delete(Path.Combine(folder, PageName));
            return true;
        });
        var order = BlindOrder.Draw(prompts.Count, seed);
        for (int i = 0; i < prompts.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var pair = MatchedPair.Of(AudioClip.Read(Raw(i, 0)), AudioClip.Read(Raw(i, 1)));
            Keep(i, 'a', order[i] ? pair.First : pair.Second);
            Keep(i, 'b', order[i] ? pair.Second : pair.First);
            Report();
        }
        AtomicFile.WriteText(
            Path.Combine(folder, PageName),
            ComparisonPage.Write([.. prompts.Select(p => p.Text)], new(first.Name, second.Name, seed, order))
        );

        void Take(IComparedSide side, int number)
        {
            try
            {
                for (int i = 0; i < prompts.Count; i++)
                {
                    cancellation.ThrowIfCancellationRequested();
                    side.Get(prompts[i], cancellation).Write(Raw(i, number), new() { BitDepth = 32 });
                    Report();
                }
            }
            finally
            {
                side.Close();
            }
        }

        void Keep(int prompt, char letter, AudioClip clip)
        {
            clip.Write(Path.Combine(folder, ComparisonPage.Sound(prompt, letter)));
            AtomicFile.Write(Path.Combine(folder, ComparisonPage.Picture(prompt, letter)), stream =>
                stream.Write(SpectrogramPicture.Draw(clip))
            );
        }

        void Report() => progress?.Invoke(++done / (3.0 * prompts.Count));

        string Raw(int prompt, int side) => Path.Combine(work.Path, string.Create(CultureInfo.InvariantCulture, $"{prompt}-{side}.wav"));
    }
}
