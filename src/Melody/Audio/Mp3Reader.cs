using System.Globalization;
using NLayer;

namespace Melody.Audio;

/// <summary>
/// MPEG audio, layers I to III: frames found by <see cref="Mp3Scan"/>, decoded by NLayer; what the encoder added in front
/// and behind is left out where its tag tells.
/// </summary>
internal sealed class Mp3Reader : AudioReader
{
    // A frame of Layer III may use bits of the nine before it (511 bytes, and no frame is shorter than 52 in practice).
    private const int FramesBefore = 10;

    private readonly Mp3Scan _scan;
    private readonly MpegFrameDecoder _decoder = new();
    private readonly Mp3Frame _frame = new();
    private readonly float[] _samples;
    private int _segment,
        _next; // index of the next frame
    private int _given,
        _there; // frames of samples in _samples

    private Mp3Reader(Stream stream, string name, Mp3Scan scan, AudioMetadata metadata)
        : base(stream, name)
    {
        _scan = scan;
        (SampleRate, Channels, Metadata) = (scan.First.SampleRate, scan.First.Channels, metadata);
        Frames = scan.Segments.Sum(segment => segment.Keep);
        _samples = new float[2 * 1152];
        if (scan.MissingFrames > 0)
            Remark = string.Create(
                CultureInfo.InvariantCulture,
                $"'{Name}' ends {scan.MissingFrames * (double)scan.First.Samples / SampleRate:0.##} seconds before its header "
                    + $"says; what is there is used."
            );
        else if (scan.EndsWithinFrame)
            Remark = $"'{Name}' ends within a frame: it was cut short; what is there is used.";
        else if (scan.ForeignBytes > 0)
            Remark = $"'{Name}' is damaged: {scan.ForeignBytes} bytes between its frames are not sound; the frames around them are used.";
    }

    /// <summary>Opens the sound behind a tag in front; null when there is none.</summary>
    /// <param name="stream">It can seek.</param>
    /// <param name="start">Where the tag in front ends.</param>
    /// <param name="name">How the file is called.</param>
    /// <exception cref="InvalidDataException">It cannot be played as one.</exception>
    public static Mp3Reader? TryOpen(Stream stream, long start, string name)
    {
        if (Mp3Scan.Find(stream, start) is not { } scan || scan.Segments.Count == 0)
            return null;
        if (scan.Fault is { } fault)
            throw new InvalidDataException(fault);
        return new(stream, name, scan, start > 0 ? Id3Tag.Read(stream) : AudioMetadata.None);
    }

    /// <inheritdoc/>
    public override void Seek(long frame)
    {
        long left = Math.Max(frame, 0);
        for (_segment = 0; _segment < _scan.Segments.Count && left >= _scan.Segments[_segment].Keep; _segment++)
            left -= _scan.Segments[_segment].Keep;
        (_given, _there) = (0, 0);
        _decoder.Reset();
        if (_segment == _scan.Segments.Count)
        {
            _next = _scan.Offsets.Count;
            return;
        }
        var segment = _scan.Segments[_segment];
        int wanted = segment.FirstFrame + (int)((segment.Skip + left) / _scan.First.Samples);
        for (_next = Math.Max(segment.FirstFrame, wanted - FramesBefore); _next < wanted; _next++)
            Decode(_next);
        DecodeNext();
        int inFrame = (int)((segment.Skip + left) % _scan.First.Samples);
        _given = Math.Max(_given, inFrame);
    }

    /// <inheritdoc/>
    protected override int ReadFrames(Span<float> interleaved)
    {
        int total = 0,
            wanted = interleaved.Length / Channels;
        while (total < wanted)
        {
            if (_given >= _there && !DecodeNext())
                break;
            int count = Math.Min(wanted - total, _there - _given);
            if (count <= 0)
                continue;
            _samples.AsSpan(_given * Channels, count * Channels).CopyTo(interleaved[(total * Channels)..]);
            _given += count;
            total += count;
        }
        return total;
    }

    // Decodes the next frame and marks what is played of it; false at the end.
    private bool DecodeNext()
    {
        if (_next >= _scan.Offsets.Count)
            return false;
        if (_segment + 1 < _scan.Segments.Count && _next == _scan.Segments[_segment + 1].FirstFrame)
        {
            _segment++;
            _decoder.Reset();
        }
        Decode(_next);
        var segment = _scan.Segments[_segment];
        long first = (long)(_next - segment.FirstFrame) * _scan.First.Samples;
        _given = (int)Math.Clamp(segment.Skip - first, 0, _scan.First.Samples);
        _there = (int)Math.Clamp(segment.Skip + segment.Keep - first, 0, _scan.First.Samples);
        _next++;
        return true;
    }

    private void Decode(int index)
    {
        Source.Position = _scan.Offsets[index];
        Span<byte> start = stackalloc byte[MpegHeader.Length];
        Source.ReadExactly(start);
        var header = MpegHeader.Parse(start) ?? throw new InvalidDataException("it changed while it was read");
        var bytes = _frame.Load(header);
        start.CopyTo(bytes);
        Source.ReadExactly(bytes[MpegHeader.Length..]);
        int count;
        try
        {
            count = _decoder.DecodeFrame(_frame, _samples, 0);
        }
#pragma warning disable CA1031 // whatever a library throws at damaged bytes, the frame is silent, as one with lost bits is
        catch (Exception e) when (e is not OutOfMemoryException)
#pragma warning restore CA1031
        {
            count = 0;
            _decoder.Reset();
            Remark ??= $"'{Name}' is damaged; the frames that cannot be decoded are silent.";
        }
        if (count < _scan.First.Samples * Channels)
            _samples.AsSpan(Math.Max(count, 0)).Clear();
    }
}
