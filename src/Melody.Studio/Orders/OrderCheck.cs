using System.Security.Cryptography;
using Melody.Music;
using Melody.Prompting;

namespace Melody.Studio.Orders;

/// <summary>Refuses what cannot be made, before it waits in a queue, and settles what an order leaves open.</summary>
internal static class OrderCheck
{
    /// <summary>The order, checked, with its seed.</summary>
    /// <param name="order">What was asked for.</param>
    /// <param name="sourceSeconds">Length of the song that it starts from; null for none.</param>
    /// <param name="mostSeconds">The longest music that the server makes, seconds.</param>
    /// <exception cref="MelodyException">Something cannot be used; the sentence says what.</exception>
    public static MusicOrder Settle(MusicOrder order, double? sourceSeconds, double mostSeconds)
    {
        if (order.Task == OrderTask.Generate && order.Prompt is null)
            throw new MelodyException("The prompt is missing; describe the music, for example \"slow piano in the rain\".");
        if (order.Prompt is { } prompt)
            PromptLimits.Check(prompt);
        if (order.Count is < 1 or > MusicOrder.MostPieces)
            throw new MelodyException($"The count is {order.Count}; give 1 to {MusicOrder.MostPieces}.");
        if (order.Settings.Seed is < 0 or > MusicOrder.LargestSeed)
            throw new MelodyException($"The seed is {order.Settings.Seed}; give 0 to {MusicOrder.LargestSeed}.");
        var options = order.Settings.ToOptions();
        options.Validate();
        if (options.Key is { } key)
            MusicalKey.Parse(key);
        if (options.Metre is { } metre)
            Metre.Parse(metre);
        CheckLength(order, options, sourceSeconds, mostSeconds);
        if (options.BestOf > 1 && order.Task is not (OrderTask.Generate or OrderTask.Like))
            throw new MelodyException(
                "Only complete new pieces can be chosen from several candidates; leave the number of candidates at 1 here."
            );
        return order with { Settings = order.Settings with { Seed = options.Seed ?? RandomNumberGenerator.GetInt32(int.MaxValue) } };
    }

    private static void CheckLength(MusicOrder order, GenerationOptions options, double? sourceSeconds, double mostSeconds)
    {
        double length = order.Task switch
        {
            OrderTask.Generate or OrderTask.Like => options.Seconds,
            OrderTask.Continue or OrderTask.Prepend => options.Seconds + (sourceSeconds ?? 0),
            _ => 0,
        };
        if (length > mostSeconds)
            throw Invalid($"The music would last {length:0.##} seconds; this server makes at most {mostSeconds:0.##}.");
        if (order.Task != OrderTask.Inpaint)
            return;
        if (order is not { From: { } from, To: { } to })
            throw new MelodyException("The passage is missing; give from and to in seconds.");
        if (!(from >= 0 && from < to && to <= sourceSeconds + 1e-6))
            throw Invalid($"The passage {from} to {to} does not lie inside the song, which lasts {sourceSeconds:0.##} seconds.");
    }

    private static MelodyException Invalid(FormattableString sentence) => new(FormattableString.Invariant(sentence));
}
