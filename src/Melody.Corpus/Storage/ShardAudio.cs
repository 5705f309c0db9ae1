using System.Buffers;
using System.Runtime.InteropServices;
using Melody.Audio;
using Melody.Foundation;
using Microsoft.Win32.SafeHandles;

namespace Melody.Corpus.Storage;

/// <summary>
/// The sound of one shard, at any place: from a file of 16-bit samples that is unpacked when the shard is
/// first heard (its name holds the hash of the shard, so a shard that was made again is unpacked again), or decoded at
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
        string cache = Path.Combine(cacheFolder, $"{Path.GetFileNameWithoutExtension(files.Audio)}-{files.AudioHash[..16]}.s16");
        if (!File.Exists(cache))
        {
            files.Check(files.Audio);
            Unpack(files.Audio, cache);
        }
        return new Unpacked(cache, plan.Channels);
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
            float[] samples = new float[(1 << 15) * reader.Channels];
            short[] packed = new short[samples.Length];
            for (int frames; (frames = reader.Read(samples)) > 0; )
            {
                int count = frames * reader.Channels;
                for (int i = 0; i < count; i++)
                    packed[i] = (short)Math.Clamp(MathF.Round(samples[i] * 32768), short.MinValue, short.MaxValue);
                stream.Write(MemoryMarshal.AsBytes(packed.AsSpan(0, count)));
            }
        });
    }

    // the file is read and not mapped: one that is cut under a map kills the process, here it is an error
    private sealed class Unpacked(string path, int channels) : ShardAudio
    {
        private readonly SafeFileHandle _file = File.OpenHandle(
            path,
            FileMode.Open,
            FileAccess.Read,
            FileShare.ReadWrite | FileShare.Delete
        );

        public override void Read(long firstFrame, Span<float> interleaved)
        {
            short[] packed = ArrayPool<short>.Shared.Rent(Math.Max(1, interleaved.Length));
            try
            {
                var samples = packed.AsSpan(0, interleaved.Length);
                var bytes = MemoryMarshal.AsBytes(samples);
                for (int done = 0; done < bytes.Length; )
                {
                    int count = RandomAccess.Read(_file, bytes[done..], firstFrame * channels * sizeof(short) + done);
                    if (count == 0)
                        throw new MelodyException($"'{path}' is shorter than its shard says; delete it, it is made again.");
                    done += count;
                }
                for (int i = 0; i < samples.Length; i++)
                    interleaved[i] = samples[i] * (1 / 32768f);
            }
            catch (IOException e)
            {
                throw new MelodyException($"'{path}' cannot be read: {e.Message}", e);
            }
            finally
            {
                ArrayPool<short>.Shared.Return(packed);
            }
        }

        public override void Dispose() => _file.Dispose();
    }

    private sealed class Decoded(string path, int channels) : ShardAudio
    {
        public override void Read(long firstFrame, Span<float> interleaved)
        {
            using var reader = AudioReader.Open(path);
            reader.Seek(firstFrame);
            for (int done = 0; done < interleaved.Length; )
            {
                int frames = reader.Read(interleaved[done..]);
                if (frames == 0)
                    throw new MelodyException($"'{path}' is shorter than its records say; delete its .sha256 and run the build again.");
                done += frames * channels;
            }
        }

        public override void Dispose() { }
    }
}
