using System.CommandLine;
using Melody.Cli.Shared;

namespace Melody.Cli.Verbs;

/// <summary><c>melody completion SHELL</c>: the lines by which a shell asks the tool what can stand next.</summary>
internal sealed class CompletionVerb : Verb
{
    // the directive [suggest:POSITION] prints what fits at that position of the line
    private const string Bash = """
        _melody() {
          local IFS=$'\n'
          COMPREPLY=($(compgen -W "$(melody "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _melody melody
        """;

    private const string Zsh = """
        _melody() {
          local -a found
          found=("${(@f)$(melody "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
          compadd -a found
          _files
        }
        compdef _melody melody
        """;

    private const string Fish = """
        complete -c melody -a '(melody "[suggest:"(commandline -C)"]" (commandline -p | string collect) 2>/dev/null)'
        """;

    private const string PowerShell = """
        Register-ArgumentCompleter -Native -CommandName melody -ScriptBlock {
          param($word, $line, $position)
          melody "[suggest:$position]" "$line" | Where-Object { $_ -like "$word*" } |
            ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
        }
        """;

    private static readonly Dictionary<string, string> Scripts = new()
    {
        ["bash"] = Bash,
        ["zsh"] = Zsh,
        ["fish"] = Fish,
        ["powershell"] = PowerShell,
    };

    private readonly Argument<string> _shell = new("shell") { Description = "bash, zsh, fish or powershell." };

    public CompletionVerb()
        : base("completion", "Prints what a shell needs to complete verbs and options of melody.")
    {
        _shell.CompletionSources.Add([.. Scripts.Keys]);
        Arguments.Add(_shell);
    }

    /// <inheritdoc/>
    public override Task<int> RunAsync(ParseResult arguments, CommandContext context)
    {
        var shell = arguments.GetRequiredValue(_shell);
        if (!Scripts.TryGetValue(shell, out var script))
            throw new MelodyException($"Unknown shell '{shell}'; valid shells are {string.Join(", ", Scripts.Keys)}.");
        context.WriteResult(new CompletionScript(shell, script), console => console.Profile.Out.Writer.WriteLine(script));
        return Task.FromResult(ExitCode.Success);
    }

    private sealed record CompletionScript(string Shell, string Script);
}
