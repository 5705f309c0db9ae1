using System.ComponentModel;
using Melody.Studio.Orders;

namespace Melody.Studio.Http;

/// <summary>Body of <c>POST /v1/music/generations</c>.</summary>
internal sealed record GenerationBody : MusicSettings
{
    /// <summary>What the music is like.</summary>
    [Description("What the music is like, such as 'slow sad piano in A minor, 70 bpm'.")]
    public string? Prompt { get; init; }

    /// <summary>How many pieces.</summary>
    [Description("How many pieces to make, 1 to 4, with seeds that follow on.")]
    public int Count { get; init; } = 1;

    /// <summary>The order.</summary>
    public MusicOrder ToOrder() =>
        new()
        {
            Task = OrderTask.Generate,
            Prompt = Prompt,
            Count = Count,
            Settings = new MusicSettings(this),
        };
}

/// <summary>Body of <c>POST /v1/songs/{id}/continue</c>, <c>/prepend</c> and <c>/loop</c>.</summary>
internal sealed record VariationBody : MusicSettings
{
    /// <summary>What the new part is like.</summary>
    [Description("What the new part is like; like the song when not given.")]
    public string? Prompt { get; init; }

    /// <summary>How many pieces.</summary>
    [Description("How many pieces to make, 1 to 4, with seeds that follow on.")]
    public int Count { get; init; } = 1;

    /// <summary>The order.</summary>
    public MusicOrder ToOrder(OrderTask task, string source) =>
        new()
        {
            Task = task,
            Prompt = Prompt,
            Source = source,
            Count = Count,
            Settings = new MusicSettings(this),
        };
}

/// <summary>Body of <c>POST /v1/songs/{id}/like</c>.</summary>
internal sealed record LikeBody : MusicSettings
{
    /// <summary>How many pieces.</summary>
    [Description("How many pieces to make, 1 to 4, with seeds that follow on.")]
    public int Count { get; init; } = 1;

    /// <summary>The order.</summary>
    public MusicOrder ToOrder(string source) =>
        new()
        {
            Task = OrderTask.Like,
            Source = source,
            Count = Count,
            Settings = new MusicSettings(this),
        };
}

/// <summary>Body of <c>POST /v1/songs/{id}/inpaint</c>.</summary>
internal sealed record InpaintBody : MusicSettings
{
    /// <summary>Where the passage begins.</summary>
    [Description("Where the passage begins, seconds.")]
    public double? From { get; init; }

    /// <summary>Where it ends.</summary>
    [Description("Where the passage ends, seconds.")]
    public double? To { get; init; }

    /// <summary>What the passage is like.</summary>
    [Description("What the passage is like; like the song when not given.")]
    public string? Prompt { get; init; }

    /// <summary>How many pieces.</summary>
    [Description("How many pieces to make, 1 to 4, with seeds that follow on.")]
    public int Count { get; init; } = 1;

    /// <summary>The order.</summary>
    public MusicOrder ToOrder(string source) =>
        new()
        {
            Task = OrderTask.Inpaint,
            Prompt = Prompt,
            Source = source,
            From = From,
            To = To,
            Count = Count,
            Settings = new MusicSettings(this),
        };
}
