using System.Runtime.InteropServices;

namespace Melody.Audio;

/// <summary>The formats that are not read by managed code: AIFF, AU, CAF, W64, coded WAV and what else libsndfile knows.</summary>
internal sealed unsafe class SoundFileReader : AudioReader
{
    private readonly SoundFile.Functions _native;
    private readonly SoundFile.StreamHandle _io;
    private readonly int[]? _order;
    private GCHandle _handle;
    private nint _file;
    private long _read; // the place in the file, frames

    /// <summary>Takes the stream over once it opened.</summary>
    /// <param name="stream">It can seek.</param>
    /// <param name="name">How it is called in messages.</param>
    /// <param name="order">The order of channels to bring the samples to.</param>
    /// <exception cref="MelodyException">libsndfile is missing or cannot read the stream.</exception>
    public SoundFileReader(Stream stream, string name, int[]? order = null)
        : base(stream, name)
    {
        _native = SoundFile.Native($"Reading '{name}'");
        _order = order;
        _io = new(stream);
        _handle = GCHandle.Alloc(_io);
        try
        {
            SoundFile.Info info = default;
            _file = _native.Open(_handle, SoundFile.ReadMode, ref info);
            _io.Check();
            if (_file == 0)
                throw new MelodyException(
                    $"'{name}' is not an audio file that can be read ({_native.Error(0)}); give WAV, FLAC, Ogg or MP3."
                );
            if (info.Channels is < 1 or > AudioClip.MaximumChannels)
                throw new MelodyException($"'{name}' has {info.Channels} channels; at most {AudioClip.MaximumChannels} can be read.");
            if (info.SampleRate is < AudioClip.MinimumSampleRate or > AudioClip.MaximumSampleRate)
                throw new MelodyException(
                    $"'{name}' has a rate of {info.SampleRate} Hz; rates from {AudioClip.MinimumSampleRate} to "
                        + $"{AudioClip.MaximumSampleRate} Hz can be read."
                );
            SampleRate = info.SampleRate;
            Channels = info.Channels;
            Frames = info.Frames is >= 0 and < long.MaxValue / 2 ? info.Frames : null;
            Metadata = new()
            {
                Title = Text(SoundFile.TitleString),
                Software = VorbisComment.WithoutLibrary(Text(SoundFile.SoftwareString)),
                Recipe = Text(SoundFile.CommentString),
            };
        }
        catch
        {
            Free();
            throw;
        }
    }

    /// <inheritdoc/>
    public override void Seek(long frame)
    {
        long target = Math.Clamp(frame, 0, Frames ?? long.MaxValue);
        if (_native.SeekFrame(_file, target, 0) < 0)
            throw new MelodyException($"'{Name}' can only be read from its start ({_native.Error(_file)}).");
        _read = target;
    }

    /// <inheritdoc/>
    protected override int ReadFrames(Span<float> interleaved)
    {
        ObjectDisposedException.ThrowIf(_file == 0, this);
        long frames;
        fixed (float* samples = interleaved)
            frames = _native.ReadFloats(_file, samples, interleaved.Length / Channels);
        _io.Check();
        ChannelOrder.Apply(interleaved[..((int)frames * Channels)], _order);
        _read += frames;
        if (frames == 0 && interleaved.Length > 0 && _read < Frames)
            Remark = Shortfall(_read);
        return (int)frames;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        Free();
        base.Dispose(disposing);
    }

    private void Free()
    {
        if (_file != 0)
            _ = _native.Close(_file);
        _file = 0;
        if (_handle.IsAllocated)
            _handle.Free();
    }

    private string? Text(int which) => Marshal.PtrToStringUTF8((nint)_native.GetString(_file, which)) is { Length: > 0 } text ? text : null;
}
