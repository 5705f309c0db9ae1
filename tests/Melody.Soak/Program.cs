using System.CommandLine;
using Melody;
using Melody.Soak;

var loop = new Argument<string>("loop") { Description = "batch, concurrent or stream." };
var count = new Option<int>("--count") { Description = "Ends after so many.", DefaultValueFactory = _ => int.MaxValue };
var warmUp = new Option<int>("--warm-up") { Description = "From this one on memory counts.", DefaultValueFactory = _ => 10 };
var minutes = new Option<double>("--minutes") { Description = "Ends after so many minutes.", DefaultValueFactory = _ => 15 };
var seconds = new Option<double>("--seconds") { Description = "Length of a piece.", DefaultValueFactory = _ => 2 };
var steps = new Option<int>("--steps") { Description = "Of the denoiser.", DefaultValueFactory = _ => 2 };
var threads = new Option<int>("--threads") { Description = "Of the networks.", DefaultValueFactory = _ => 1 };
var growth = new Option<int>("--growth") { Description = "MB that memory may rise above its level.", DefaultValueFactory = _ => 100 };
var model = new Option<string?>("--model") { Description = "The model folder; the one that ships when not given." };
var command = new RootCommand("Uses a model for a long time and watches memory.")
{
    loop,
    count,
    warmUp,
    minutes,
    seconds,
    steps,
    threads,
    growth,
    model,
};
command.SetAction(
    async (arguments, stop) =>
    {
        using var loaded = await MusicModel.LoadAsync(
            arguments.GetValue(model),
            new() { Device = ComputeDevice.Cpu, Threads = arguments.GetValue(threads) },
            stop
        );
        var options = new GenerationOptions { Seconds = arguments.GetValue(seconds), Steps = arguments.GetValue(steps) };
        var loops = new Loops(new MusicGenerator(loaded), options);
        string name = arguments.GetRequiredValue(loop);
        var gauge = new Gauge(
            name,
            arguments.GetValue(count),
            arguments.GetValue(warmUp),
            TimeSpan.FromMinutes(arguments.GetValue(minutes))
        );
        Func<Gauge, CancellationToken, Task> run = name switch
        {
            "batch" => loops.BatchAsync,
            "concurrent" => loops.ConcurrentAsync,
            "stream" => loops.StreamAsync,
            _ => throw new ArgumentException($"There is no loop '{name}'; choose batch, concurrent or stream."),
        };
        await run(gauge, stop);
        if (gauge.Growth is not { } grown)
        {
            Console.WriteLine($"{name}: the time was over before the warm-up was; nothing was measured");
            return 1;
        }
        Console.WriteLine($"{name}: memory rose by {grown >> 20} MB after warm-up; at most {arguments.GetValue(growth)} MB are allowed");
        return grown >> 20 <= arguments.GetValue(growth) ? 0 : 1;
    }
);
return command.Parse(args).Invoke();
