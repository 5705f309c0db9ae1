using System.Runtime.InteropServices;
using System.Text;

namespace Melody.Audio;

/// <summary>Ogg Vorbis and MP3 through libsndfile.</summary>
internal sealed unsafe class SoundFileWriter : AudioWriter
{
    private const int BlockFrames = 4096;

    private readonly SoundFile.Functions _native;
    private readonly SoundFile.StreamHandle _io;
    private readonly AudioFormat _format;
    private readonly int _channels;
    private readonly int[]? _order;
    private readonly float[] _block;
    private GCHandle _handle;
    private nint _file;

    /// <summary>Opens the encoder and writes the text.</summary>
    /// <exception cref="MelodyException">libsndfile is missing, or was built without the format.</exception>
    public SoundFileWriter(Stream stream, AudioFormat format, int sampleRate, int channels, AudioWriteOptions options)
    {
        _native = SoundFile.Native($"Writing {format.Name()}");
        (_format, _channels) = (format, channels);
        _order = format == AudioFormat.OggVorbis ? ChannelOrder.ToVorbis(channels) : null;
        _block = new float[BlockFrames * channels];
        if (format == AudioFormat.Mp3)
            stream.Write(Id3Tag.Create(options.Metadata));
        _io = new(stream);
        _handle = GCHandle.Alloc(_io);
        try
        {
            var info = new SoundFile.Info
            {
                SampleRate = sampleRate,
                Channels = channels,
                Format = Code(format),
            };
            _file = _native.Open(_handle, SoundFile.WriteMode, ref info);
            _io.Check();
            if (_file == 0)
                throw new MelodyException(
                    $"{SoundFile.Version} cannot write {format.Name()} at {sampleRate} Hz with {channels} channels "
                        + $"({_native.Error(0)}); choose another format."
                );
            double level = 1 - options.Quality;
            _ = _native.Command(_file, SoundFile.SetCompressionLevel, &level, sizeof(double));
            if (format == AudioFormat.Mp3)
                return;
            SetText(SoundFile.TitleString, options.Metadata.Title);
            SetText(SoundFile.SoftwareString, options.Metadata.Software);
            SetText(SoundFile.CommentString, options.Metadata.Recipe);
        }
        catch
        {
            Close();
            throw;
        }
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<float> interleaved)
    {
        ObjectDisposedException.ThrowIf(_file == 0, this);
        for (int at = 0; at < interleaved.Length; at += _block.Length)
        {
            var block = interleaved[at..Math.Min(at + _block.Length, interleaved.Length)];
            long frames = block.Length / _channels,
                written;
            // Beyond full scale the encoders misbehave.
            var samples = _block.AsSpan(0, block.Length);
            for (int i = 0; i < block.Length; i++)
                samples[i] = Math.Clamp(block[i], -1, 1);
            ChannelOrder.Apply(samples, _order);
            fixed (float* pointer = samples)
                written = _native.WriteFloats(_file, pointer, frames);
            _io.Check();
            if (written != frames)
                throw new MelodyException($"libsndfile stopped while it wrote {_format.Name()} ({_native.Error(_file)}).");
        }
    }

    /// <inheritdoc/>
    public override void Finish()
    {
        Close();
        _io.Check();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        Close();
        base.Dispose(disposing);
    }

    private void Close()
    {
        if (_file != 0)
            _ = _native.Close(_file);
        _file = 0;
        if (_handle.IsAllocated)
            _handle.Free();
    }

    private void SetText(int which, string? text)
    {
        if (string.IsNullOrEmpty(text))
            return;
        fixed (byte* bytes = Encoding.UTF8.GetBytes(text + "\0"))
            _ = _native.SetString(_file, which, bytes);
    }

    // SF_FORMAT_*: container in the upper, coding in the lower half.
    private static int Code(AudioFormat format) =>
        format switch
        {
            AudioFormat.OggVorbis => 0x200060,
            AudioFormat.Mp3 => 0x230082,
            _ => throw new ArgumentOutOfRangeException(nameof(format)),
        };
}
