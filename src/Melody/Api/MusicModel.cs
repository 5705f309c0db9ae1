using System.Security.Cryptography;
using System.Text;
using Melody.Adapters;
using Melody.Models;
using Melody.Nn;
using Melody.Runtime;
using Melody.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Melody;

/// <summary>
/// The networks of a model, loaded once and then used by any number of generators at the same time: nothing in it changes
/// after loading.
/// </summary>
public sealed class MusicModel : IDisposable
{
    private readonly IReadOnlyDictionary<string, PartManifest>? _manifests;
    private readonly CancellationTokenSource _closing = new();
    private int _disposed;

    private MusicModel(
        string id,
        string preset,
        string hash,
        bool trained,
        ModelConfig config,
        ModelParts networks,
        Device device,
        IReadOnlyDictionary<string, PartManifest>? manifests
    )
    {
        (Id, Preset, Hash, IsTrained, Config, Networks, TorchDevice, _manifests) = (
            id,
            preset,
            hash,
            trained,
            config,
            networks,
            device,
            manifests
        );
        Parts = config.Sizes();
    }

    /// <summary>What the model is called.</summary>
    public string Id { get; }

    /// <summary>The preset whose sizes it has.</summary>
    public string Preset { get; }

    /// <summary>A SHA-256 that equal models share: sizes, weights, vocabulary and adapters go into it.</summary>
    public string Hash { get; }

    /// <summary>Whether every part has been trained; otherwise it makes noise.</summary>
    public bool IsTrained { get; }

    /// <summary>The adapters that were added to its weights.</summary>
    public IReadOnlyList<AppliedAdapter> Adapters { get; private init; } = [];

    /// <summary>Of the audio that goes in and comes out, Hz.</summary>
    public int SampleRate => Config.Codec.SampleRate;

    /// <summary>Channels of the audio that comes out: 1, or 2 for a model with a magnitude autoencoder.</summary>
    public int Channels => Config.Codec.SoundChannels;

    /// <summary>Where the networks run: <see cref="ComputeDevice.Cpu"/> or <see cref="ComputeDevice.Cuda"/>.</summary>
    public ComputeDevice Device => TorchDevice.type == DeviceType.CUDA ? ComputeDevice.Cuda : ComputeDevice.Cpu;

    /// <summary>The networks and their sizes.</summary>
    public IReadOnlyList<PartSize> Parts { get; }

    /// <summary>All sizes.</summary>
    internal ModelConfig Config { get; }

    /// <summary>The networks.</summary>
    internal ModelParts Networks { get; }

    /// <summary>Where their parameters are.</summary>
    internal Device TorchDevice { get; }

    /// <summary>The type that their products run in: what <see cref="ComputePrecision.Use"/> is given around every use.</summary>
    internal ScalarType Precision => Runtime.TorchDevice.Precision(TorchDevice);

    /// <summary>Loads a model.</summary>
    /// <param name="folder">
    /// The model folder; when not given, the one in the environment variable MELODY_MODEL, else <c>models/mini</c> next to
    /// the program or in the current folder or any above.
    /// </param>
    /// <param name="options">Device, threads, adapters, and whether untrained weights may be used.</param>
    /// <param name="cancellation">Ends the loading between two parts.</param>
    /// <exception cref="MelodyException">
    /// The model or an adapter is missing, incomplete, damaged, too new or untrained, an adapter belongs to another model, or the
    /// device is not there.
    /// </exception>
    public static Task<MusicModel> LoadAsync(
        string? folder = null,
        MusicModelOptions? options = null,
        CancellationToken cancellation = default
    ) => Task.Run(() => Load(ModelLocation.Resolve(folder), options ?? new(), cancellation), cancellation);

    /// <summary>Makes a model of random numbers: it makes noise, for tests and benchmarks.</summary>
    /// <param name="preset">paper, mini or test.</param>
    /// <param name="seed">The same seed gives the same model.</param>
    /// <param name="options">Device and threads.</param>
    /// <exception cref="MelodyException">The preset does not exist, the device is not there, or there are adapters.</exception>
    public static MusicModel CreateUntrained(string preset, long seed = 0, MusicModelOptions? options = null)
    {
        if (options?.Adapters.Count > 0)
            throw new MelodyException("Adapters belong to the trained model that they were made for; random weights take none.");
        var device = Prepare(options ?? new());
        var config = ModelConfig.FromPreset(preset);
        using var random = ParameterFactory.Random(seed);
        var networks = new ModelParts(config, random);
        if (device.type != DeviceType.CPU || Runtime.TorchDevice.Precision(device) != ScalarType.Float32)
        {
            using var drawn = networks;
            using var empty = ParameterFactory.Empty(device, Runtime.TorchDevice.Precision(device));
            networks = new(config, empty);
            networks.CopyFrom(drawn);
        }
        var id = UntrainedId(preset, seed);
        return new(id, preset, UntrainedHash(id), trained: false, config, networks, device, null);
    }

    /// <summary>What a model of random numbers is called.</summary>
    internal static string UntrainedId(string preset, long seed) => $"untrained-{preset}-{seed}";

    /// <summary>The hash of a model of random numbers, which its name decides.</summary>
    internal static string UntrainedHash(string id) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)));

    /// <summary>Writes the model, with what its adapters changed, into a folder, whole or not at all.</summary>
    /// <param name="folder">Made when it is not there; a model in it is replaced.</param>
    /// <param name="cancellation">Ends the writing between two parts and leaves nothing behind.</param>
    /// <exception cref="MelodyException">The folder cannot be written.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed of; nothing is written.</exception>
    public Task SaveAsync(string folder, CancellationToken cancellation = default) =>
        WorkAsync(
            token =>
            {
                var changed = Adapters.Where(adapter => adapter.Strength != 0).Select(adapter => adapter.Name);
                using var writer = ModelFolderWriter.Create(folder, string.Join('+', changed.Prepend(Id)), Preset);
                foreach (var (part, module) in Networks.All)
                {
                    token.ThrowIfCancellationRequested();
                    var manifest = _manifests?[part.Name];
                    writer.SetPart(
                        part.Name,
                        Config.Of(part),
                        module,
                        manifest?.Trained ?? false,
                        matrixType: null,
                        manifest?.Training,
                        part.AssetsOf(module)
                    );
                }
                token.ThrowIfCancellationRequested();
                writer.Commit();
                return true;
            },
            cancellation
        );

    /// <summary>
    /// Frees the networks. Work that uses them ends within a step with <see cref="ObjectDisposedException"/>, and is waited for.
    /// </summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
            return;
        _closing.Cancel();
        // who disposes of a model while it reports progress cannot wait for itself
        if (NetworkThread.IsCurrent)
            _ = NetworkThread.RunAsync(Free, CancellationToken.None);
        else
            Free();
    }

    /// <summary>Refuses work with networks that are gone.</summary>
    /// <exception cref="ObjectDisposedException">The model was disposed of.</exception>
    internal void RequireOpen() => ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);

    /// <summary>Refuses a call by work with the networks: a progress callback that waited for the result would wait for itself.</summary>
    /// <exception cref="InvalidOperationException">Work calls.</exception>
    internal static void RequireOtherThread()
    {
        if (NetworkThread.IsCalledByWork)
            throw new InvalidOperationException(
                "A model was called while it reported its progress; whoever waits there for the result waits for ever. Call it when the "
                    + "running call has returned, or from another thread for which the report does not wait."
            );
    }

    /// <summary>Does work with the networks on their thread when its turn comes.</summary>
    /// <param name="work">Given a token to look at between two steps.</param>
    /// <param name="cancellation">Ends the wait at once and the work within a step.</param>
    /// <exception cref="ObjectDisposedException">The model was disposed of, before or meanwhile.</exception>
    /// <exception cref="InvalidOperationException">Other work on that thread calls.</exception>
    internal async Task<T> WorkAsync<T>(Func<CancellationToken, T> work, CancellationToken cancellation)
    {
        RequireOpen();
        RequireOtherThread();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _closing.Token);
        var token = either.Token;
        try
        {
            return await NetworkThread.RunAsync(Turn, token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            RequireOpen();
            throw;
        }

        T Turn()
        {
            using var use = ModelUse.Of(Precision);
            token.ThrowIfCancellationRequested();
            return work(token);
        }
    }

    private bool Free()
    {
        using var use = ModelUse.Of(Precision);
        Networks.Dispose();
        return true;
    }

    private static MusicModel Load(string path, MusicModelOptions options, CancellationToken cancellation)
    {
        var folder = ModelFolder.Open(path);
        var config = ModelConfig.FromFolder(folder);
        if (!options.AllowUntrained)
            folder.RequireTrained();
        using var adapters = AdapterSet.Open(options.Adapters);
        adapters.RequireBase(folder.Manifest);
        var device = Prepare(options);
        using (var shapes = ParameterFactory.Meta())
        using (var outline = new ModelParts(config, shapes, folder))
        {
            foreach (var (part, module) in outline.All)
                folder.RequireFit(part.Name, module);
            adapters.RequireFit(ByName(outline));
        }
        using var parameters = ParameterFactory.Empty(device, Runtime.TorchDevice.Precision(device));
        var networks = new ModelParts(config, parameters, folder);
        try
        {
            foreach (var (part, module) in networks.All)
            {
                cancellation.ThrowIfCancellationRequested();
                folder.Load(part.Name, module);
            }
            adapters.MergeInto(ByName(networks));
        }
        catch
        {
            networks.Dispose();
            throw;
        }
        var manifest = folder.Manifest;
        return new(
            manifest.Name,
            manifest.Preset,
            adapters.HashOf(manifest.Hash()),
            manifest.Trained,
            config,
            networks,
            device,
            manifest.Parts
        )
        {
            Adapters = adapters.Applied,
        };
    }

    private static Dictionary<string, nn.Module> ByName(ModelParts networks) =>
        networks.All.ToDictionary(entry => entry.Part.Name, entry => entry.Module);

    private static Device Prepare(MusicModelOptions options)
    {
        if (options.Threads is < 1)
            throw new MelodyException($"The number of threads is {options.Threads}; give 1 or more.");
        var device = Runtime.TorchDevice.Resolve(options.Device);
        if (options.Threads is { } threads)
        {
            set_num_threads(threads);
            // OpenMP counts threads for each thread that asks; this work comes before all that the model will do
            _ = NetworkThread.RunAsync(
                () =>
                {
                    set_num_threads(threads);
                    return true;
                },
                CancellationToken.None
            );
        }
        return device;
    }
}
