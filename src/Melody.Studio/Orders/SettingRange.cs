using Melody.Options;

namespace Melody.Studio.Orders;

/// <summary>The ranges of <see cref="MusicSettings"/>: those of the library's options, as their properties describe them.</summary>
internal static class SettingRange
{
    /// <summary>The smallest and the largest value of a setting.</summary>
    /// <param name="setting">The name of a property of <see cref="MusicSettings"/>.</param>
    /// <returns>Null for a setting that is not a number with a range.</returns>
    public static (double Least, double Most)? Of(string setting)
    {
        string name = setting == nameof(MusicSettings.Loudness) ? nameof(GenerationOptions.TargetLoudness) : setting;
        var about = OptionProperty.Of(typeof(GenerationOptions)).FirstOrDefault(option => option.Property.Name == name)?.Attribute;
        return about is not null && double.IsFinite(about.Least) && double.IsFinite(about.Most) ? (about.Least, about.Most) : null;
    }
}
