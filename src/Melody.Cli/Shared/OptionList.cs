using System.CommandLine;
using System.Globalization;
using System.Reflection;
using Melody.Options;

namespace Melody.Cli.Shared;

/// <summary>The command-line options of an options record, as <see cref="OptionAttribute"/> describes its properties.</summary>
internal sealed class OptionList
{
    private readonly List<(OptionProperty Property, Option Option)> _options = [];

    /// <param name="command">Gets the options.</param>
    /// <param name="defaults">A record of default values, which the help names.</param>
    /// <param name="without">Names that the command does not offer.</param>
    public OptionList(Command command, object defaults, params IEnumerable<string> without)
    {
        foreach (var property in OptionProperty.Of(defaults.GetType()))
        {
            if (property.Attribute.Name is not { } name || without.Contains(name))
                continue;
            var option = Create(name, property);
            var usual = property.Property.GetValue(defaults);
            option.Description = property.Attribute.Help.Replace(
                "{default}",
                string.Create(CultureInfo.InvariantCulture, $"{usual}"),
                StringComparison.Ordinal
            );
            command.Options.Add(option);
            _options.Add((property, option));
        }
    }

    /// <summary>The option of that name; null where the command does not offer it.</summary>
    public Option? this[string name] => _options.FirstOrDefault(o => o.Option.Name == name).Option;

    /// <summary>Whether an option stands on the command line.</summary>
    public bool IsGiven(ParseResult arguments, string name) => this[name] is { } option && IsGiven(arguments, option);

    /// <summary>Sets the properties whose options stand on the command line.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="target">A record that nobody else knows yet.</param>
    public void Set(ParseResult arguments, object target)
    {
        foreach (var (property, option) in _options)
            if (IsGiven(arguments, option))
                property.Property.SetValue(target, ValueOf(arguments, option));
    }

    private static bool IsGiven(ParseResult arguments, Option option) => arguments.GetResult(option) is { Implicit: false };

    private static Option Create(string name, OptionProperty property)
    {
        var (type, about) = (property.Type, property.Attribute);
        if (type == typeof(double))
            return TypedOption.Number(name, "", about.Least, about.Most, about.Value);
        if (type == typeof(int))
            return TypedOption.Number(name, "", (int)about.Least, (int)about.Most, about.Value);
        if (type == typeof(bool))
            return new Option<bool>(name);
        if (type == typeof(string))
            return new Option<string?>(name) { HelpName = about.Value };
        return (Option)
            typeof(TypedOption)
                .GetMethod(nameof(TypedOption.Choice), [typeof(string), typeof(string), typeof(bool)])!
                .MakeGenericMethod(type)
                .Invoke(null, [name, "", false])!;
    }

    private static object? ValueOf(ParseResult arguments, Option option) =>
        typeof(OptionList)
            .GetMethod(nameof(Typed), BindingFlags.Static | BindingFlags.NonPublic)!
            .MakeGenericMethod(option.ValueType)
            .Invoke(null, [arguments, option]);

    private static T? Typed<T>(ParseResult arguments, Option<T> option) => arguments.GetValue(option);
}
