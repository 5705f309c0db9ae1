using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;

namespace Melody.Options;

/// <summary>A property of an options record, with what <see cref="OptionAttribute"/> says of it.</summary>
/// <param name="Property">Read and set by reflection.</param>
/// <param name="Attribute">Its description.</param>
internal sealed record OptionProperty(PropertyInfo Property, OptionAttribute Attribute)
{
    private const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly ConcurrentDictionary<Type, IReadOnlyList<OptionProperty>> Known = new();

    /// <summary>The type of the value, without null.</summary>
    public Type Type { get; } = Nullable.GetUnderlyingType(Property.PropertyType) ?? Property.PropertyType;

    /// <summary>The public properties of a record that are described, in the order in which they are declared.</summary>
    public static IReadOnlyList<OptionProperty> Of(Type record) => Known.GetOrAdd(record, Find);

    /// <summary>Refuses values out of their range; not-a-number is out of every range.</summary>
    /// <exception cref="MelodyException">Says which value, and the range.</exception>
    public static void Check(object options)
    {
        foreach (var option in Of(options.GetType()))
            option.CheckValue(option.Property.GetValue(options));
    }

    private void CheckValue(object? value)
    {
        bool holds = value switch
        {
            null => true,
            double number => number >= Attribute.Least && number <= Attribute.Most,
            int number => number >= Attribute.Least && number <= Attribute.Most,
            Enum one => Enum.IsDefined(Type, one),
            _ => true,
        };
        if (holds)
            return;
        object shown = value is Enum ? Convert.ToInt32(value, CultureInfo.InvariantCulture) : value!;
        string range = Attribute.Range ?? FormattableString.Invariant($"{Attribute.Least} to {Attribute.Most}");
        throw new MelodyException(FormattableString.Invariant($"The {Attribute.What} is {shown}; give {range}{Attribute.Unit}."));
    }

    // a view is described where its value is kept: in a property of the same name of one of the record's parts
    private static IReadOnlyList<OptionProperty> Find(Type record)
    {
        var parts = record.GetProperties(Any).Select(part => part.PropertyType).Where(type => type.Namespace != nameof(System)).ToList();
        return
        [
            .. record
                .GetProperties()
                .Select(own =>
                    (
                        own,
                        described: parts
                            .Select(part => part.GetProperty(own.Name))
                            .Prepend(own)
                            .Select(property => property?.GetCustomAttribute<OptionAttribute>())
                            .FirstOrDefault(attribute => attribute is not null)
                    )
                )
                .Where(pair => pair.described is not null)
                .Select(pair => new OptionProperty(pair.own, pair.described!)),
        ];
    }
}
