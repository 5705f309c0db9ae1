using MudBlazor;

namespace Melody.Studio.Page;

/// <summary>The colours of the page, light and dark, with contrasts of at least 4.5 for text, and the system's own fonts.</summary>
internal static class StudioTheme
{
    private static readonly string[] Fonts = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"];

    /// <summary>The theme.</summary>
    public static MudTheme Theme { get; } =
        new()
        {
            PaletteLight = new PaletteLight()
            {
                Primary = "#4a3fb5",
                Secondary = "#9a3412",
                Background = "#f6f5fb",
                Surface = "#ffffff",
                TextPrimary = "#1c1a2b",
                TextSecondary = "#55516b",
                ActionDefault = "#55516b",
                LinesInputs = "#8b87a3",
            },
            PaletteDark = new PaletteDark()
            {
                Primary = "#b3a9ff",
                PrimaryContrastText = "#1a1730",
                Secondary = "#fdba74",
                Background = "#14131d",
                Surface = "#1e1c2a",
                TextPrimary = "#f1effa",
                TextSecondary = "#b9b4d0",
                ActionDefault = "#b9b4d0",
                LinesInputs = "#8b87a3",
            },
            Typography = new Typography() { Default = new DefaultTypography { FontFamily = Fonts } },
            LayoutProperties = new LayoutProperties() { DefaultBorderRadius = "10px" },
        };
}
