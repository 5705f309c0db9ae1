using Melody.Endless;
using Melody.Foundation;
using Melody.Generation;

namespace Melody;

/// <summary>
/// Music without end that a game, an audio callback or a server pulls: <see cref="Read"/> gives the next samples in the host's format
/// and never waits, while more is made in the background. The prompt can change at any time; the music then leads over at a bar line.
/// </summary>
/// <remarks>
/// <para>One thread reads; all other members may be called from any thread at any time. <see cref="Read"/> neither blocks nor
/// allocates: where the machine is too slow, the music fades to silence, waits, and fades in again where it was, and
/// <see cref="Underruns"/> counts that.</para>
/// <para>Beats and bars are counted from the beginning of the music by the tempo that the model was asked for. The model keeps that tempo
/// nearly always, but begins its bars where it likes.</para>
/// <para>Where the new prompt names no tempo or key, those of the music so far are kept. It hears the last moments before the bar line and
/// goes on from them, unless the tempo changes.</para>
/// </remarks>
/// <example>
/// A loop of 60 frames a second:
/// <code>
/// using var model = await MusicModel.LoadAsync();
/// using var music = EndlessMusic.Start(model, "calm piano, 80 bpm", new() { SampleRate = 48000, Channels = 2 });
/// await music.WaitForSoundAsync();
/// var buffer = new float[48000 / 60 * 2];
/// while (game.IsRunning)
/// {
///     game.Update();
///     if (game.BattleBegins)
///         _ = music.ChangePrompt("fast drums and strings", MusicMoment.NextBar);
///     music.Read(buffer); // at once: music, or silence
///     audioDevice.Queue(buffer);
/// }
/// music.Stop(MusicMoment.EndOfPhrase);
/// </code>
/// </example>
public sealed class EndlessMusic : IDisposable, IAsyncDisposable
{
    private readonly CancellationTokenSource _disposing = new();
    private readonly EndlessOptions _options;
    private readonly DeckPlayer _player;
    private readonly EndlessProducer _producer;
    private readonly Task _sound,
        _work;
    private bool _disposed;

    private EndlessMusic(IMusicMaker maker, MusicPrompt prompt, EndlessOptions options, EndlessState? saved = null)
    {
        (_options, Prompt) = (options, prompt);
        _player = new(options.SampleRate, options.Channels, options.FadeInSeconds, maker.Channels)
        {
            Position = (long)Math.Round((saved?.Position ?? 0) * (double)options.SampleRate / maker.SampleRate),
        };
        _producer = new(maker, options, _player);
        if (saved is not null)
        {
            _producer.Restore(saved);
            _sound = Task.CompletedTask;
        }
        else
            _sound = _producer.RequestAsync(new(prompt, options.Generation, options.QuickStart), MusicMoment.Now);
        _work = Task.Run(() => _producer.RunAsync(_disposing.Token));
        _ = _sound.ContinueWith(task => task.Exception, TaskScheduler.Default); // it is told by Completion as well
    }

    /// <summary>Frames a second, Hz.</summary>
    public int SampleRate => _options.SampleRate;

    /// <summary>Samples in a frame.</summary>
    public int Channels => _options.Channels;

    /// <summary>The prompt that was asked for last.</summary>
    public MusicPrompt Prompt { get; private set; }

    /// <summary>Linear gain, 0 is silent; a change is spread over 50 ms.</summary>
    public float Volume
    {
        get => _player.Volume;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            if (!float.IsFinite(value))
                throw new ArgumentOutOfRangeException(nameof(value), value, "The volume is a finite number.");
            _player.Volume = value;
        }
    }

    /// <summary>Music that was played so far.</summary>
    public TimeSpan Played => TimeSpan.FromSeconds((double)_player.Position / SampleRate);

    /// <summary>Music that is ready to be read.</summary>
    public TimeSpan Ready => TimeSpan.FromSeconds((double)_player.Ready / SampleRate);

    /// <summary>How often music was not ready in time.</summary>
    public long Underruns => _player.Underruns;

    /// <summary>Silence that came of it.</summary>
    public TimeSpan Silence => TimeSpan.FromSeconds((double)_player.SilentFrames / SampleRate);

    /// <summary>Tempo of the music that plays, beats a minute; null before the first sound.</summary>
    public double? Bpm => _player.Playing is { } deck ? 60 * SampleRate / deck.Grid.Beat : null;

    /// <summary>
    /// Whether the music has come to its end: it was stopped, or no more can be made (<see cref="Completion"/> tells why).
    /// </summary>
    public bool HasEnded => _player.HasEnded;

    /// <summary>
    /// Ends with the music; faulted where it could not go on, such as by <see cref="MelodyException"/> or as the model was disposed of.
    /// </summary>
    public Task Completion => _work;

    /// <summary>Begins to make music.</summary>
    /// <param name="model">The networks; they stay the caller's to dispose, after the music.</param>
    /// <param name="prompt">A sentence, or music whose style to follow.</param>
    /// <param name="options">The host's format, and how the music is made.</param>
    /// <exception cref="MelodyException">The prompt or an option cannot be used.</exception>
    public static EndlessMusic Start(MusicModel model, MusicPrompt prompt, EndlessOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Start(new ModelMusicMaker(model), prompt, options ?? new());
    }

    /// <summary>Begins with music of any maker.</summary>
    internal static EndlessMusic Start(IMusicMaker maker, MusicPrompt prompt, EndlessOptions options)
    {
        options.Validate();
        return new(maker, Checked(prompt, options.Generation), options);
    }

    /// <summary>Goes on with music that was saved: what was ready then is heard at once, and leads into what is made now.</summary>
    /// <param name="model">The model that made it.</param>
    /// <param name="saved">Read from where it stands; it stays open.</param>
    /// <param name="options">The host's format; how the music is made was saved with it.</param>
    /// <exception cref="MelodyException">The bytes are damaged or of another model, or an option cannot be used.</exception>
    public static EndlessMusic Resume(MusicModel model, Stream saved, EndlessOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(saved);
        return Resume(new ModelMusicMaker(model), saved, options ?? new());
    }

    /// <summary>Goes on with music that was saved in a file.</summary>
    /// <inheritdoc cref="Resume(MusicModel, Stream, EndlessOptions?)"/>
    public static EndlessMusic Resume(MusicModel model, string path, EndlessOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            using var stream = File.OpenRead(path);
            return Resume(model, stream, options);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new MelodyException($"Cannot read '{path}': {e.Message}", e);
        }
    }

    /// <summary>Goes on with saved music of any maker.</summary>
    internal static EndlessMusic Resume(IMusicMaker maker, Stream saved, EndlessOptions options)
    {
        options.Validate();
        var state = EndlessState.Read(maker, saved);
        options = options with { Generation = state.Request.Options with { Loudness = state.Gain is null ? LoudnessMode.Raw : null } };
        return new(maker, state.Request.Prompt, options, state);
    }

    /// <summary>Fills a buffer with the next frames, interleaved. Never waits and never allocates.</summary>
    /// <param name="buffer">Whole frames.</param>
    /// <returns>
    /// Samples of music, or of silence where none is ready: the whole buffer, less where the music ends in it, then 0. The rest of
    /// the buffer is silent.
    /// </returns>
    public int Read(Span<float> buffer) => _player.Read(buffer);

    /// <summary>
    /// Leads over to other music. A line of the beat is chosen that is far enough away for the other music to be made; where it is
    /// late all the same, it takes the next line. A second change before that replaces the first.
    /// </summary>
    /// <param name="prompt">What the music should be like from there on.</param>
    /// <param name="at">Where it takes over.</param>
    /// <param name="options">How it is made; null for as before, without the tempo, key and metre of the options.</param>
    /// <returns>
    /// Ends when the other music is ready; need not be waited for. Faulted where the prompt cannot be used: the music then stays.
    /// </returns>
    /// <exception cref="MelodyException">The prompt or an option cannot be used.</exception>
    /// <exception cref="ObjectDisposedException">This was disposed of.</exception>
    public Task ChangePrompt(MusicPrompt prompt, MusicMoment at = MusicMoment.NextBar, GenerationOptions? options = null)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        options ??= _options.Generation with { Bpm = null, Key = null, Metre = null };
        options.Validate();
        Prompt = Checked(prompt, options);
        return _producer.RequestAsync(new(prompt, options, _options.QuickStart), at);
    }

    /// <summary>
    /// Ends the music: it plays up to a line of its grid and fades within the beat that follows, or within 50 ms for
    /// <see cref="MusicMoment.Now"/>.
    /// </summary>
    /// <param name="at">Where it ends.</param>
    public void Stop(MusicMoment at = MusicMoment.EndOfPhrase) => _player.Stop(at);

    /// <summary>
    /// Writes what is needed to go on from here: the prompt and the options, what is ready and not yet played, and the last moments that
    /// the networks go on from; some megabytes. The music plays on meanwhile. Waits for the first sound, and for the window that is made.
    /// </summary>
    /// <param name="stream">Written to from where it stands; it stays open.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="MelodyException">The prompt is sound, or the music has ended.</exception>
    public async Task SaveAsync(Stream stream, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        byte[] bytes = await _producer.SaveAsync().WaitAsync(cancellation).ConfigureAwait(false);
        await stream.WriteAsync(bytes, cancellation).ConfigureAwait(false);
    }

    /// <summary>Writes what is needed to go on from here into a file, complete or not at all.</summary>
    /// <param name="path">The file; one that is there is replaced.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="MelodyException">The file cannot be written, the prompt is sound, or the music has ended.</exception>
    public Task SaveAsync(string path, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        return AtomicFile.WriteAsync(path, SaveAsync, cancellation);
    }

    /// <summary>Ends when there is something to be heard.</summary>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="MelodyException">The music cannot be made.</exception>
    public Task WaitForSoundAsync(CancellationToken cancellation = default) => _sound.WaitAsync(cancellation);

    /// <summary>Ends the music and the work on it, within a step of a network; does not wait for that.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _player.End();
        _disposing.Cancel();
        _ = _work.ContinueWith(
            (task, source) =>
            {
                _ = task.Exception;
                ((CancellationTokenSource)source!).Dispose();
            },
            _disposing,
            TaskScheduler.Default
        );
    }

    /// <summary>Ends the music and waits until no work is left.</summary>
    public async ValueTask DisposeAsync()
    {
        Dispose();
        await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static MusicPrompt Checked(MusicPrompt prompt, GenerationOptions options)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        _ = GenerationPlan.Controls(prompt, options);
        return prompt;
    }
}
