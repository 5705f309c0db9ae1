namespace Melody.Studio.Orders;

/// <summary>What an order makes.</summary>
internal enum OrderTask
{
    /// <summary>New music from words.</summary>
    Generate,

    /// <summary>New music in the style of a song.</summary>
    Like,

    /// <summary>Music after a song.</summary>
    Continue,

    /// <summary>Music before a song.</summary>
    Prepend,

    /// <summary>A passage of a song, remade.</summary>
    Inpaint,

    /// <summary>A loop of a song.</summary>
    Loop,
}
