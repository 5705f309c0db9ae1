using Melody.Cli;
using Melody.Cli.Shared;

using var interruption = new Interruption();
var terminal = new Terminal(Console.Out, Console.Error, Interactive: !Console.IsErrorRedirected);
int code = await new MelodyTool(terminal).RunAsync(args, interruption.Token);
return interruption.ExitCode ?? code;
