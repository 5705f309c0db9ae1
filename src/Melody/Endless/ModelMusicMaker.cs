using Melody.Generation;

namespace Melody.Endless;

/// <summary>
/// Makes pieces with a model: timelines that begin with the last moments of the piece before (MeLoDy, appendix C: continuation).
/// </summary>
/// <param name="model">The networks.</param>
/// <param name="pieceSeconds">How long a piece is; memory is bounded by it.</param>
internal sealed class ModelMusicMaker(MusicModel model, double pieceSeconds = ModelMusicMaker.UsualPieceSeconds) : IMusicMaker
{
    /// <summary>Tempo where neither options nor prompts tell one, beats a minute.</summary>
    public const double UsualBpm = 100;

    private const double UsualPieceSeconds = 120,
        ContextAfterChangeSeconds = 2.5, // the less, the sooner a new prompt is followed
        MostTempoChange = 0.03;
    private const string UsualMetre = "4/4";

    /// <inheritdoc/>
    public int SampleRate => model.SampleRate;

    /// <inheritdoc/>
    public int Channels => model.Channels;

    /// <inheritdoc/>
    public async Task<IMusicPiece> OpenAsync(EndlessRequest request, IMusicPiece? after, long position, CancellationToken cancellation)
    {
        var before = (ModelMusicPiece?)after;
        bool same = before is not null && before.Request.Prompt == request.Prompt && before.Request.Options == request.Options;
        var plan = same
            ? before!.Plan
            : await GenerationPlan
                .ReadAsync(model, MusicRequest.From(request.Prompt), Filled(request, before?.Plan.Recipe), cancellation)
                .ConfigureAwait(false);
        var tail =
            before is null || Math.Abs(plan.Recipe.Bpm!.Value / before.Plan.Recipe.Bpm!.Value - 1) > MostTempoChange ? null
            : same ? before.TailAt(position, double.PositiveInfinity)
            : before.TailAt(position, ContextAfterChangeSeconds) with
            {
                Style = null, // that of the new tokens
            };
        int number = before is null ? 0 : before.Number + 1;
        var session = await Session
            .OpenAsync(
                model,
                plan.Piece(tail is null ? null : Timeline.Of(model, tail), pieceSeconds, number, request.Quick && !same),
                LoudnessMode.Raw,
                cancellation
            )
            .ConfigureAwait(false);
        var grid = same ? before!.Grid : MusicGrid.Of(position, plan.Recipe.Bpm!.Value, plan.BeatsPerBar, SampleRate);
        return new ModelMusicPiece(session, tail?.Start ?? position)
        {
            Plan = plan,
            Request = request,
            Number = number,
            Grid = grid,
        };
    }

    /// <inheritdoc/>
    public void Save(IMusicPiece piece, long position, BinaryWriter writer) =>
        ModelMusicFile.Write(writer, (ModelMusicPiece)piece, position);

    /// <inheritdoc/>
    public (IMusicPiece Piece, EndlessRequest Request) Load(BinaryReader reader)
    {
        var piece = ModelMusicFile.Read(reader, model);
        return (piece, piece.Request);
    }

    /// <summary>The options with tempo, key and metre: those of the music so far where neither they nor the prompt name any.</summary>
    internal static GenerationOptions Filled(EndlessRequest request, GenerationRecipe? before)
    {
        var asked = GenerationPlan.Controls(request.Prompt, request.Options);
        return request.Options with
        {
            Seconds = 10,
            BestOf = 1,
            Loudness = LoudnessMode.Raw,
            Bpm = asked.Bpm ?? before?.Bpm ?? UsualBpm,
            Key = asked.Key?.ToString() ?? before?.Key,
            Metre = asked.Metre?.ToString() ?? before?.Metre ?? UsualMetre,
        };
    }
}
