using System.CommandLine;
using System.Globalization;
using Melody.Cli.Shared;
using Melody.Diffusion;
using Melody.LanguageModel;
using Melody.Options;

namespace Melody.Tests.Options;

/// <summary>Ranges stand once, at the properties; the library and the command line take them from there.</summary>
public sealed class OptionPropertyTests
{
    public static TheoryData<string> Numbers =>
        [
            .. OptionProperty
                .Of(typeof(GenerationOptions))
                .Where(p => p.Type == typeof(double) || p.Type == typeof(int))
                .Select(p => p.Property.Name),
        ];

    private static OptionProperty Of(string name) => OptionProperty.Of(typeof(GenerationOptions)).Single(p => p.Property.Name == name);

    [Theory]
    [InlineData(typeof(LatentSamplingOptions))]
    [InlineData(typeof(TokenSamplingOptions))]
    public void Whatever_a_sampler_takes_can_be_asked_for(Type sampler)
    {
        var all = OptionProperty.Of(typeof(GenerationOptions));
        foreach (var taken in OptionProperty.Of(sampler))
        {
            var view = all.Single(p => p.Property.Name == taken.Property.Name);
            Assert.Equal(taken.Type, view.Type);
            Assert.Equal(taken.Attribute.Name, view.Attribute.Name);
        }
        Assert.Equal(sampler.GetProperties().Select(p => p.Name).Order(), OptionProperty.Of(sampler).Select(p => p.Property.Name).Order());
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Both_ends_of_a_range_are_allowed_and_nothing_beyond(string name)
    {
        var option = Of(name);
        With(option, option.Attribute.Least).Validate();
        With(option, option.Attribute.Most).Validate();
        double step = option.Type == typeof(int) ? 1 : 1e-7;
        foreach (double value in new[] { option.Attribute.Least - step, option.Attribute.Most + step, double.NaN })
        {
            if (option.Type == typeof(int) && (double.IsNaN(value) || value > int.MaxValue))
                continue;
            var error = Assert.Throws<MelodyException>(() => With(option, value).Validate());
            Assert.Contains($"The {option.Attribute.What} is ", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void The_command_line_takes_what_the_library_takes(string name)
    {
        var option = Of(name);
        var command = new Command("make");
        var list = new OptionList(command, new GenerationOptions());
        foreach (double value in new[] { option.Attribute.Least, option.Attribute.Most })
        {
            var arguments = command.Parse([option.Attribute.Name!, value.ToString("R", CultureInfo.InvariantCulture)]);
            Assert.Empty(arguments.Errors);
            var options = new GenerationOptions();
            list.Set(arguments, options);
            Assert.Equal(value, Convert.ToDouble(option.Property.GetValue(options), CultureInfo.InvariantCulture));
        }
        var refused = command.Parse([option.Attribute.Name!, (option.Attribute.Least - 1).ToString("R", CultureInfo.InvariantCulture)]);
        Assert.Contains(option.Attribute.Name!, Assert.Single(refused.Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_given_keeps_its_default()
    {
        var command = new Command("make");
        var list = new OptionList(command, new GenerationOptions());
        var options = new GenerationOptions { Steps = 3, Key = "F" };
        list.Set(command.Parse(["--schedule", "uniform", "--clean-context"]), options);
        Assert.Equal(
            new GenerationOptions
            {
                Steps = 3,
                Key = "F",
                Schedule = AngleSchedule.Uniform,
                CleanContext = true,
            },
            options
        );
    }

    [Fact]
    public void Enumerations_have_only_their_values()
    {
        Assert.Throws<MelodyException>(() => new GenerationOptions { Schedule = (AngleSchedule)7 }.Validate());
        Assert.Throws<MelodyException>(() => new GenerationOptions { Loudness = (LoudnessMode)7 }.Validate());
    }

    private static GenerationOptions With(OptionProperty option, double value)
    {
        var options = new GenerationOptions();
        option.Property.SetValue(options, option.Type == typeof(int) ? (object)(int)value : value);
        return options;
    }
}
