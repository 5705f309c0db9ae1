using Melody.Cli;
using Melody.Cli.Shared;

using var interruption = new Interruption();
int code = await new MelodyTool(Terminal.OfProcess()).RunAsync(args, interruption.Token);
return interruption.ExitCode ?? code;
