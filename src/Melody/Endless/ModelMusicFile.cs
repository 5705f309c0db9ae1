using System.Runtime.InteropServices;
using System.Text;
using Melody.Diffusion;
using Melody.Generation;

namespace Melody.Endless;

/// <summary>
/// The last moments of a piece as bytes: its recipe, its prompt's tokens, its grid, and latents and tokens to go on from.
/// </summary>
internal static class ModelMusicFile
{
    private const int MostValues = 1 << 24,
        LongestText = 1 << 20;

    /// <summary>Writes them.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="piece">The piece, between two of its steps.</param>
    /// <param name="position">Where another will go on.</param>
    /// <exception cref="MelodyException">The prompt is sound.</exception>
    public static void Write(BinaryWriter writer, ModelMusicPiece piece, long position)
    {
        if (piece.Request.Prompt.Text is null)
            throw new MelodyException("Music whose prompt is sound cannot be saved; change to a prompt in words first.");
        var tail = piece.TailAt(position, double.PositiveInfinity);
        writer.Write(piece.Plan.Recipe.ToJson());
        writer.Write(piece.Number);
        writer.Write(piece.Grid.Origin);
        writer.Write(piece.Grid.Beat);
        writer.Write(piece.Grid.BeatsPerBar);
        writer.Write(tail.Start);
        WriteAll<long>(writer, [.. piece.Plan.Conditions.Prefix]);
        WriteAll<long>(writer, tail.Tokens);
        WriteAll<float>(writer, tail.Latents);
        WriteAll<float>(writer, tail.Style?.Residues ?? []);
        WriteAll<long>(writer, tail.Style?.Tokens ?? []);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="MelodyException">The bytes are damaged or of another model.</exception>
    public static ModelMusicPiece Read(BinaryReader reader, MusicModel model)
    {
        var recipe = GenerationRecipe.FromJson(ReadText(reader));
        if (recipe.ModelHash != model.Hash)
            throw new MelodyException($"The music was saved with another model, '{recipe.ModelDescription}'; load that one.");
        int number = reader.ReadInt32();
        var grid = new MusicGrid(reader.ReadDouble(), reader.ReadDouble(), reader.ReadInt32());
        long start = reader.ReadInt64();
        long[] prefix = ReadAll<long>(reader),
            tokens = ReadAll<long>(reader);
        float[] latents = ReadAll<float>(reader);
        var style = new StylePassage(ReadAll<float>(reader), ReadAll<long>(reader));
        var (sizes, clock) = (model.Config.Denoiser, TimelineClock(model));
        var books = sizes.Sizes();
        Require(recipe.Prompt is not null && recipe.Bpm is not null && recipe.Options is not null);
        Require(
            number >= 0 && start >= 0 && grid.Beat is > 0 and < 1e9 && grid.BeatsPerBar is > 0 and < 100 && double.IsFinite(grid.Origin)
        );
        Require(prefix.Length == model.Config.JointEmbedding.Quantizer.Levels);
        Require(prefix.All(code => code >= 0 && code < model.Config.JointEmbedding.Quantizer.Entries));
        Require(tokens.Concat(style.Tokens).Select((token, i) => token >= 0 && token < books[i % books.Count]).All(fits => fits));
        Require(latents.Length > 0 && latents.Length % sizes.LatentChannels == 0 && !latents.AsSpan().ContainsAnyExceptInRange(-1, 1));
        Require(tokens.Length == books.Count * clock.TokensUntil(latents.Length / sizes.LatentChannels));
        bool styled = style.Tokens.Length > 0;
        Require(!styled || (sizes.StylePrompts && style.Tokens.Length % books.Count == 0 && style.Residues.All(float.IsFinite)));
        int longest = Math.Max(StyleMeasure.LongestSeconds * sizes.TokenRate, sizes.PaletteTokens);
        Require(style.Tokens.Length / books.Count <= longest);
        Require(style.Residues.Length == (long)style.Tokens.Length / books.Count * sizes.FramesPerToken() * sizes.LatentChannels);
        return new(new TimelineTail(start, latents, tokens, styled ? style : null))
        {
            Plan = GenerationPlan.Of(model, recipe, prefix),
            Request = new(recipe.Prompt!, recipe.Options!, false),
            Number = number,
            Grid = grid,
        };
    }

    /// <summary>Writes values with their number before them.</summary>
    public static void WriteAll<T>(BinaryWriter writer, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        writer.Write(values.Length);
        writer.Write(MemoryMarshal.AsBytes(values));
    }

    /// <summary>Reads what <see cref="WriteAll{T}"/> wrote.</summary>
    /// <exception cref="MelodyException">The number cannot be.</exception>
    public static T[] ReadAll<T>(BinaryReader reader)
        where T : unmanaged
    {
        int count = reader.ReadInt32();
        Require(count is >= 0 and < MostValues);
        var values = new List<T>();
        for (var block = new T[4096]; values.Count < count; )
        {
            var part = block.AsSpan(0, Math.Min(block.Length, count - values.Count));
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(part));
            values.AddRange(part);
        }
        return [.. values];
    }

    // as BinaryReader.ReadString does, whose IOException for a negative length looks like one of the disk
    private static string ReadText(BinaryReader reader)
    {
        int length = reader.Read7BitEncodedInt();
        Require(length is >= 0 and < LongestText);
        byte[] bytes = reader.ReadBytes(length);
        Require(bytes.Length == length);
        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary>Refuses damaged bytes.</summary>
    /// <exception cref="MelodyException">They are.</exception>
    public static void Require(bool holds)
    {
        if (!holds)
            throw new MelodyException("The saved music is damaged.");
    }

    private static Diffusion.TimeGrid TimelineClock(MusicModel model) => Diffusion.TimeGrid.Of(model.Config.Denoiser);
}
