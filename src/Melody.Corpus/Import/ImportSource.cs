using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Melody.Audio;
using Melody.Corpus.Description;
using Melody.Corpus.Midi;
using Melody.Corpus.Production;
using Melody.Corpus.Records;
using Melody.Corpus.Rendering;
using Melody.Corpus.Storage;
using Melody.Listening;

namespace Melody.Corpus.Import;

/// <summary>How a folder is imported.</summary>
internal sealed record ImportOptions
{
    /// <summary>Share of the tunes for validation.</summary>
    public double ValidationShare { get; init; } = 0.05;

    /// <summary>Share of the tunes for the test.</summary>
    public double TestShare { get; init; } = 0.05;

    /// <summary>Licence of what no table gives one for.</summary>
    public string Licence { get; init; } = RecordingDescription.Unknown;

    /// <summary>Longer files are refused, seconds.</summary>
    public double MaximumSeconds { get; init; } = 4 * 3600;

    /// <summary>Minutes in a shard.</summary>
    public double ShardMinutes { get; init; } = 10;
}

/// <summary>
/// The pieces of an import: recordings brought to the rate and channels of the corpus and heard by a listener where one is
/// given, MIDI files rendered.
/// </summary>
internal sealed class ImportSource(
    CorpusPlan plan,
    IReadOnlyList<IReadOnlyList<ImportFile>> shards,
    ImportOptions options,
    IMusicListener? listener = null
) : IPieceSource
{
    private readonly Dictionary<string, Synthesizer> _synthesizers = [];
    private readonly SongSplits _splits = new(shards.SelectMany(files => files), options, plan.Seed);

    /// <inheritdoc/>
    public FinishedPiece? Make(int shard, int number, CancellationToken cancellation)
    {
        if (shard >= shards.Count || number >= shards[shard].Count)
            return null;
        var file = shards[shard][number];
        string id = string.Create(CultureInfo.InvariantCulture, $"i{shard:D5}-{number:D4}");
        var split = _splits.Of(file);
        string licence = file.Rows.FirstOrDefault(row => row.Licence is not null)?.Licence ?? options.Licence;
        ulong seed = BitConverter.ToUInt64(Hash(file.Name));
        return file.IsMidi
            ? FromMidi(file, id, split, licence, seed, cancellation)
            : FromAudio(file, id, split, licence, seed, cancellation);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var synthesizer in _synthesizers.Values)
            synthesizer.Dispose();
        _synthesizers.Clear();
    }

    private FinishedPiece FromAudio(
        ImportFile file,
        string id,
        DatasetSplit split,
        string licence,
        ulong seed,
        CancellationToken cancellation
    )
    {
        var clip = AudioClip.Read(file.Path, options.MaximumSeconds);
        cancellation.ThrowIfCancellationRequested();
        if (plan.Channels == 1)
            clip = clip.ToMono();
        clip = clip.Resample(plan.SampleRate);
        cancellation.ThrowIfCancellationRequested();
        if (clip.Frames < plan.SampleRate)
            throw new MelodyException($"'{file.Name}' is shorter than a second.");
        double length = (double)clip.Frames / clip.SampleRate;
        var sound = Split(clip, plan.Channels);
        bool softened = Soften(sound);
        var audio = Fill(sound, plan.WindowSeconds);
        var windows = RecordingDescription.Windows(file, audio, id, split, plan.WindowSeconds, listener, length, cancellation);
        if (windows.Count == 0)
            throw new MelodyException($"'{file.Name}' is silent, or its captions are about a part that it does not have.");
        return new FinishedPiece
        {
            Audio = audio,
            Record = RecordingDescription.Piece(file, id, split, licence, seed, length),
            Windows = windows,
            Softened = softened,
        };
    }

    private FinishedPiece FromMidi(
        ImportFile file,
        string id,
        DatasetSplit split,
        string licence,
        ulong seed,
        CancellationToken cancellation
    )
    {
        var song = MidiReader.Read(file.Path);
        SongLimits.Require(song, file.Name, plan.SampleRate);
        if (song.LengthSeconds < 1)
            throw new MelodyException($"'{file.Name}' is shorter than a second.");
        if (plan.SoundFonts.Count == 0)
            throw new MelodyException(
                $"'{file.Name}' is a MIDI file and there is no sound font to play it; on Debian or Ubuntu: {FluidSynthLibrary.InstallLine}."
            );
        var font = plan.SoundFonts[(int)(seed % (ulong)plan.SoundFonts.Count)];
        if (!_synthesizers.TryGetValue(font.Name, out var synthesizer))
            _synthesizers[font.Name] = synthesizer = new Synthesizer(
                SoundFont.Find(font.Name),
                new RenderSettings { SampleRate = plan.SampleRate, Channels = plan.Channels }
            );
        var production = ProductionDraw.Draw(seed);
        song = RepeatedSong.Fill(song, file.Name, plan.WindowSeconds);
        var description = new ScoreDescription(song, file, production.Words); // refuses what is not music before it is rendered
        var audio = ProductionChain.Process(synthesizer.Render(song, cancellation), production, cancellation);
        return new FinishedPiece
        {
            Audio = audio,
            Record = description.Piece(id, split, licence, seed),
            Windows = description.Windows(id, split, seed, plan.WindowSeconds),
            SoundFont = font.Name,
            Production = production,
        };
    }

    private byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes($"{plan.Seed}\n{text}"));

    // music shorter than a window plays again from its start, so that a window holds nothing but music
    private static Waveform Fill(Waveform audio, double seconds)
    {
        int length = (int)Math.Ceiling(seconds * audio.SampleRate);
        return audio.Length >= length
            ? audio
            : new Waveform(
                [.. audio.Channels.Select(channel => Enumerable.Range(0, length).Select(n => channel[n % channel.Length]).ToArray())],
                audio.SampleRate
            );
    }

    // what goes beyond full scale would clip in the shard: the whole is divided by its peak, and the levels within it stay
    private static bool Soften(Waveform audio)
    {
        var beyond = default(Clipping);
        foreach (float[] channel in audio.Channels)
            beyond = beyond.With(channel);
        float divisor = beyond.Divisor((long)audio.Channels.Length * audio.Length);
        if (divisor == 1)
            return false;
        foreach (float[] channel in audio.Channels)
            for (int n = 0; n < channel.Length; n++)
                channel[n] /= divisor;
        return true;
    }

    // the channels of the clip; a mono clip fills both sides of a stereo corpus, of more than two the first two are taken
    private static Waveform Split(AudioClip clip, int channels)
    {
        float[][] output = Enumerable.Range(0, channels).Select(_ => new float[clip.Frames]).ToArray();
        for (int c = 0; c < channels; c++)
        for (int n = 0; n < clip.Frames; n++)
            output[c][n] = clip.Samples[n * clip.Channels + Math.Min(c, clip.Channels - 1)];
        return new Waveform(output, clip.SampleRate);
    }
}
