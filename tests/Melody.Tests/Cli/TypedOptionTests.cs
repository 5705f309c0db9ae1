using System.CommandLine;
using Melody.Cli.Shared;
using Spectre.Console;

namespace Melody.Tests.Cli;

/// <summary>Values of options are read strictly and the same way everywhere.</summary>
public sealed class TypedOptionTests
{
    private static readonly Option<double?> Seconds = TypedOption.Number("--seconds", "", 0.5, 600.0);
    private static readonly Option<int?> Count = TypedOption.Number("--count", "", 1, 100);
    private static readonly Option<ComputeDevice> Device = TypedOption.Choice<ComputeDevice>("--device", "");

    [Theory]
    [InlineData("10", 10.0)]
    [InlineData("0.5", 0.5)]
    [InlineData("1e2", 100.0)]
    public void NumbersAreRead(string text, double value) => Assert.Equal(value, Parse("--seconds", text).GetValue(Seconds));

    [Theory]
    [InlineData("--seconds", "NaN", "--seconds is 'NaN'; give a number from 0.5 to 600")]
    [InlineData("--seconds", "Infinity", "give a number from 0.5 to 600")]
    [InlineData("--seconds", "-3", "give a number from 0.5 to 600")]
    [InlineData("--seconds", "1,5", "give a number from 0.5 to 600")]
    [InlineData("--seconds", "601", "give a number from 0.5 to 600")]
    [InlineData("--seconds", "", "give a number from 0.5 to 600")]
    [InlineData("--count", "1.5", "--count is '1.5'; give a whole number from 1 to 100")]
    [InlineData("--count", "0", "give a whole number from 1 to 100")]
    [InlineData("--device", "", "--device is ''; choose auto, cpu or cuda")]
    public void OthersAreRefused(string option, string text, string sentence) =>
        Assert.Contains(sentence, Assert.Single(Parse(option, text).Errors).Message, StringComparison.Ordinal);

    [Fact]
    public void WhatIsNotGivenIsNullOrTheFirst()
    {
        var result = Parse();
        Assert.Null(result.GetValue(Seconds));
        Assert.Null(result.GetValue(Count));
        Assert.Equal(ComputeDevice.Auto, result.GetValue(Device));
        Assert.Equal(ComputeDevice.Cuda, Parse("--device", "CUDA").GetValue(Device));
    }

    [Fact]
    public async Task BarsNameTheStages()
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(
            new()
            {
                Out = new AnsiConsoleOutput(text),
                Interactive = InteractionSupport.Yes,
                Ansi = AnsiSupport.Yes,
            }
        );
        int result = await BarProgress.RunAsync(console, async progress =>
        {
            progress.Report("semantic [tokens]", 0.25);
            await Task.Run(() => progress.Report("latents", 7), TestContext.Current.CancellationToken);
            return 42;
        });
        Assert.Equal(42, result);
        Assert.Contains("semantic [tokens]", text.ToString(), StringComparison.Ordinal);
        Assert.Contains("25%", text.ToString(), StringComparison.Ordinal);
        Assert.Contains("100%", text.ToString(), StringComparison.Ordinal);
    }

    private static ParseResult Parse(params string[] args)
    {
        var command = new RootCommand { Seconds, Count, Device };
        return command.Parse(args);
    }
}
