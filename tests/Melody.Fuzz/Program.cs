using System.CommandLine;
using Melody.Fuzz;
using Melody.Runtime;

var readers = new Option<string[]>("--reader")
{
    Description = "Names of readers; all when not given.",
    AllowMultipleArgumentsPerToken = true,
};
var count = new Option<long>("--count") { Description = "Inputs a reader.", DefaultValueFactory = _ => 10_000 };
var seed = new Option<int>("--seed") { Description = "The same seed gives the same inputs.", DefaultValueFactory = _ => 1 };
var seconds = new Option<double>("--seconds")
{
    Description = "A reader ends early after so many seconds.",
    DefaultValueFactory = _ => 1e6,
};
var time = new Option<double>("--time")
{
    Description = "Seconds after which an input counts as hanging; more on a busy machine.",
    DefaultValueFactory = _ => new Limits().Time.TotalSeconds,
};
var findings = new Option<string>("--findings")
{
    Description = "Where inputs that fail are written.",
    DefaultValueFactory = _ => "fuzz-findings",
};
var replay = new Option<string[]>("--replay")
{
    Description = "Files to read instead, by one reader.",
    AllowMultipleArgumentsPerToken = true,
};
var command = new RootCommand("Gives every reader of bytes hostile inputs.") { readers, count, seed, seconds, time, findings, replay };
command.SetAction(arguments =>
{
    TorchRuntime.Initialize();
    var names = arguments.GetValue(readers) is { Length: > 0 } given ? given : [.. ReaderList.Names];
    if (arguments.GetValue(replay) is { Length: > 0 } files)
        return Replay(names, files);
    var folder = arguments.GetValue(findings)!;
    var limits = new Limits { Time = TimeSpan.FromSeconds(arguments.GetValue(time)) };
    int failed = 0;
    foreach (var name in names)
    {
        using var reader = ReaderList.Open(name);
        using var last = new LastInput(folder, name);
        var longest = TimeSpan.FromSeconds(arguments.GetValue(seconds));
        var report = FuzzRun.Run(reader.Reader, arguments.GetValue(count), arguments.GetValue(seed), limits, longest, last.Keep);
        Console.WriteLine(report);
        foreach (var finding in report.Findings)
        {
            var path = last.Write(report, finding);
            Console.WriteLine($"  {finding.Kind} (input {finding.Number}): {path}");
            failed++;
        }
        if (report.Findings.Any(finding => finding.Kind == "hang"))
            break; // its thread still runs
    }
    return failed == 0 ? 0 : 1;
});
return command.Parse(args).Invoke();

static int Replay(string[] names, string[] files)
{
    int failed = 0;
    foreach (var name in names)
    {
        using var reader = ReaderList.Open(name);
        foreach (var file in files)
        {
            try
            {
                reader.Reader.Read(File.ReadAllBytes(file));
                Console.WriteLine($"{name} {file}: accepted");
            }
            catch (Melody.MelodyException e)
            {
                Console.WriteLine($"{name} {file}: {e.Message}");
            }
            catch (Exception e)
            {
                failed++;
                Console.WriteLine($"{name} {file}: {e}");
            }
        }
    }
    return failed == 0 ? 0 : 1;
}
