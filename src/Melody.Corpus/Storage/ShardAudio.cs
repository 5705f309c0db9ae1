using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Melody.Audio;
using Melody.Foundation;

namespace Melody.Corpus.Storage;

/// <summary>
/// The sound of one shard, at any place: from a memory-mapped file of 16-bit samples that is unpacked when the shard is
/// first heard (its name holds the hash of the shard, so a shard that was made anew is unpacked anew), or decoded at
/// each read.
/// </summary>
internal abstract class ShardAudio : IDisposable
{
    /// <summary>Checks the hash of the shard's audio and opens it; an empty <paramref name="cacheFolder"/> means no cache.</summary>
    public static ShardAudio Open(ShardFiles files, CorpusPlan plan, string cacheFolder)
    {
        if (cacheFolder.Length == 0)
        {
            files.Check(files.Audio);
            return new Decoded(files.Audio, plan.Channels);
        }
        AtomicFile.Translate(cacheFolder, () => Directory.CreateDirectory(cacheFolder));
        var cache = Path.Combine(cacheFolder, $"{Path.GetFileNameWithoutExtension(files.Audio)}-{files.AudioHash[..16]}.s16");
        if (!File.Exists(cache))
        {
            files.Check(files.Audio);
            Unpack(files.Audio, cache);
        }
        return new Mapped(cache, plan.Channels);
    }

    /// <summary>Frames from <paramref name="firstFrame"/> on.</summary>
    public abstract void Read(long firstFrame, Span<float> interleaved);

    /// <inheritdoc/>
    public abstract void Dispose();

    private static void Unpack(string audio, string cache)
    {
        using var reader = AudioReader.Open(audio);
        AtomicFile.Write(cache, stream =>
        {
            var samples = new float[(1 << 15) * reader.Channels];
            var packed = new short[samples.Length];
            for (int frames; (frames = reader.Read(samples)) > 0; )
            {
                var count = frames * reader.Channels;
                for (var i = 0; i < count; i++)
                    packed[i] = (short)Math.Clamp(MathF.Round(samples[i] * 32768), short.MinValue, short.MaxValue);
                stream.Write(MemoryMarshal.AsBytes(packed.AsSpan(0, count)));
            }
        });
    }

    private sealed class Mapped(string path, int channels) : ShardAudio
    {
        private readonly MemoryMappedFile _file = MemoryMappedFile.CreateFromFile(
            path,
            FileMode.Open,
            null,
            0,
            MemoryMappedFileAccess.Read
        );
        private readonly long _samples = new FileInfo(path).Length / sizeof(short);
        private MemoryMappedViewAccessor? _view;

        public override unsafe void Read(long firstFrame, Span<float> interleaved)
        {
            var first = firstFrame * channels;
            if (first < 0 || first + interleaved.Length > _samples)
                throw new MelodyException($"'{path}' is shorter than its shard says; delete it, it is made again.");
            var view = Volatile.Read(ref _view) ?? OpenView();
            byte* start = null;
            view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
            try
            {
                var source = new ReadOnlySpan<short>((short*)(start + view.PointerOffset) + first, interleaved.Length);
                for (var i = 0; i < source.Length; i++)
                    interleaved[i] = source[i] * (1 / 32768f);
            }
            finally
            {
                view.SafeMemoryMappedViewHandle.ReleasePointer();
            }
        }

        public override void Dispose()
        {
            _view?.Dispose();
            _file.Dispose();
        }

        private MemoryMappedViewAccessor OpenView()
        {
            var view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
            var other = Interlocked.CompareExchange(ref _view, view, null);
            if (other is null)
                return view;
            view.Dispose();
            return other;
        }
    }

    private sealed class Decoded(string path, int channels) : ShardAudio
    {
        public override void Read(long firstFrame, Span<float> interleaved)
        {
            using var reader = AudioReader.Open(path);
            reader.Seek(firstFrame);
            for (var done = 0; done < interleaved.Length; )
            {
                var frames = reader.Read(interleaved[done..]);
                if (frames == 0)
                    throw new MelodyException($"'{path}' is shorter than its records say; delete its .sha256 and run the build again.");
                done += frames * channels;
            }
        }

        public override void Dispose() { }
    }
}
