using Melody.Audio;
using Melody.Corpus.Import;

namespace Melody.Training.Data;

/// <summary>Audio files of a folder, mixed to mono, resampled and held in memory as 16-bit samples: 170 MB an hour at 24 kHz.</summary>
internal sealed class AudioFolder : IAudioCollection
{
    private static readonly string[] Endings = [".wav", ".flac", ".ogg", ".opus", ".mp3"];

    private readonly short[][] _pieces;

    private AudioFolder(int sampleRate, short[][] pieces) => (SampleRate, _pieces) = (sampleRate, pieces);

    /// <inheritdoc/>
    public int SampleRate { get; }

    /// <inheritdoc/>
    public int Count => _pieces.Length;

    /// <summary>Whether a file is heard, by its ending.</summary>
    public static bool IsAudio(string file) => Endings.Contains(Path.GetExtension(file).ToLowerInvariant());

    /// <summary>The files below a folder that are heard, in order.</summary>
    /// <exception cref="MelodyException">The folder does not exist.</exception>
    public static List<string> FilesBelow(string folder, CancellationToken cancellation = default) =>
        Directory.Exists(folder)
            ? [.. FolderWalk.Files(folder, cancellation).Where(IsAudio).Order(StringComparer.Ordinal)]
            : throw new MelodyException($"The folder '{folder}' does not exist.");

    /// <summary>Reads every audio file below a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="sampleRate">Of the pieces, Hz.</param>
    /// <param name="leftOut">Receives a sentence for each file that cannot be read; without it one such file is refused.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="MelodyException">
    /// The folder has none, or one cannot be read, or with <paramref name="leftOut"/> none can.
    /// </exception>
    public static AudioFolder Load(
        string folder,
        int sampleRate,
        ICollection<string>? leftOut = null,
        CancellationToken cancellation = default
    )
    {
        var files = FilesBelow(folder, cancellation);
        if (files.Count == 0)
            throw new MelodyException($"The folder '{folder}' holds no audio files.");
        bool goOn = leftOut is not null;
        try
        {
            var heard = files.AsParallel().AsOrdered().WithCancellation(cancellation).Select(file => Hear(file, sampleRate, goOn)).ToList();
            var unreadable = heard.Select(file => file.Unreadable).OfType<string>().ToList();
            if (unreadable.Count == files.Count)
                throw new MelodyException($"None of the audio files in '{folder}' can be read; the first one: {unreadable[0]}");
            foreach (string reason in unreadable)
                leftOut?.Add(reason);
            return new(sampleRate, [.. heard.Select(file => file.Piece).OfType<short[]>()]);
        }
        catch (AggregateException e) when (e.Flatten().InnerExceptions.OfType<MelodyException>().FirstOrDefault() is { } first)
        {
            throw new MelodyException(first.Message, e); // of all unreadable files the first says enough
        }
    }

    /// <summary>The pieces whose number is chosen.</summary>
    public AudioFolder Take(Func<int, bool> chosen) => new(SampleRate, [.. _pieces.Where((_, i) => chosen(i))]);

    /// <inheritdoc/>
    public long Samples(int piece) => _pieces[piece].Length;

    /// <inheritdoc/>
    public void Read(int piece, long start, Span<float> into)
    {
        var source = _pieces[piece];
        if (source.Length == 0)
        {
            into.Clear();
            return;
        }
        int at = (int)(start % source.Length);
        for (int i = 0; i < into.Length; i++, at = at + 1 == source.Length ? 0 : at + 1)
            into[i] = source[at] / 32768f;
    }

    private static (short[]? Piece, string? Unreadable) Hear(string file, int sampleRate, bool goOn)
    {
        try
        {
            return (Quantize(AudioClip.Read(file).ToMono().Resample(sampleRate)), null);
        }
        catch (MelodyException e) when (goOn)
        {
            return (null, e.Message);
        }
    }

    // what goes beyond full scale is made softer as a whole, where 16 bits would clip it
    private static short[] Quantize(AudioClip clip)
    {
        var samples = clip.Samples;
        float divisor = default(Clipping).With(samples).Divisor(samples.Length);
        var values = new short[samples.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = (short)MathF.Round(Math.Clamp(samples[i] / divisor, -1, 1) * 32767);
        return values;
    }
}
