using Melody.Corpus.Composition;
using Melody.Corpus.Midi;
using Melody.Corpus.Mixing;
using Melody.Corpus.Production;
using Melody.Corpus.Records;
using Melody.Corpus.Rendering;
using Melody.Tests.Corpus.Rendering;
using MixingStudio = Melody.Corpus.Mixing.Studio;

namespace Melody.Tests.Corpus.Mixing;

/// <summary>Stems and mixes of real sound.</summary>
public sealed class StudioTests
{
    private static readonly RenderSettings Stereo = new()
    {
        SampleRate = 48_000,
        Channels = 2,
        MaximumTailSeconds = 1,
    };

    private static ComposedPiece Piece(PieceKind kind)
    {
        var composer = new Composer(
            new CompositionOptions
            {
                Seed = 5,
                UseMma = false,
                PieceSeconds = 11,
            }
        );
        return Enumerable.Range(0, 200).Select(composer.Compose).First(piece => piece.Kind == kind && piece.Song.Tracks.Count > 3);
    }

    [Fact]
    public void The_stems_of_a_song_sum_to_the_song_rendered_in_one_go()
    {
        using var synthesizer = new Synthesizer(SynthesizerTests.SmallFont(), Stereo);
        var song = Piece(PieceKind.Ensemble).Song;
        song = song with
        {
            Tracks =
            [
                .. song.Tracks,
                new()
                {
                    Channel = MidiTrack.DrumChannel,
                    Notes = [.. Enumerable.Range(0, 16).Select(i => new MidiNote(i * 480, 240, i % 2 == 0 ? 36 : 42, 90))],
                },
            ],
        };
        var whole = synthesizer.Render(song);
        var stems = synthesizer.RenderStems(song);
        Assert.Equal(song.Tracks.Where(track => track.Notes.Count > 0).Select(track => track.Channel).Distinct().Count(), stems.Count);
        Assert.All(stems, stem => Assert.Contains(stem.Left, sample => Math.Abs(sample) > 1e-3));
        Differ(whole.Channels[0], stems.Select(stem => stem.Left).ToArray());
        Differ(whole.Channels[1], stems.Select(stem => stem.Right).ToArray());
    }

    /// <summary>The bass drum on the second drum channel and the kit without it are the kit.</summary>
    [Fact]
    public void A_kit_whose_bass_drum_has_a_channel_alone_sounds_as_it_did()
    {
        using var synthesizer = new Synthesizer(SynthesizerTests.SmallFont(), Stereo);
        var song = new MidiSong
        {
            Tracks =
            [
                new()
                {
                    Channel = MidiTrack.DrumChannel,
                    Programs = [new(0, 0)],
                    Notes =
                    [
                        .. Enumerable
                            .Range(0, 24)
                            .Select(i => new MidiNote(
                                i * 240,
                                120,
                                i % 3 == 0 ? 36
                                    : i % 3 == 1 ? 38
                                    : 45,
                                90
                            )),
                    ],
                },
            ],
        };
        var session = Session.Create(song, [PlayerRole.Drums], new SeededRandom(1));
        Assert.Equal([MidiTrack.DrumChannel, MidiTrack.DrumChannel + 16], session.Players.Select(player => player.Channel));
        var stems = synthesizer.RenderStems(session.Song);
        Differ(synthesizer.Render(song).Channels[0], [.. stems.Select(stem => stem.Left)]);
    }

    private static void Differ(float[] whole, float[][] parts)
    {
        Assert.All(parts, part => Assert.Equal(whole.Length, part.Length, 100.0));
        var peak = whole.Max(Math.Abs);
        Assert.True(peak > 0.01);
        for (var n = 0; n < Math.Min(whole.Length, parts[0].Length); n++)
            Assert.Equal(whole[n], parts.Sum(part => part[n]), 2e-5 * peak + 1e-6);
    }

    [Fact]
    public void A_piece_is_the_same_bytes_again_and_another_mix_with_another_seed_and_its_parts_survive_mono()
    {
        using var synthesizer = new Synthesizer(SynthesizerTests.SmallFont(), Stereo);
        var piece = Piece(PieceKind.Ensemble);
        var production = ProductionDraw.Draw(9, ProductionProfile.Polished);
        var first = MixingStudio.Produce(synthesizer, piece.Song, piece.Roles, production, 1);
        var again = MixingStudio.Produce(synthesizer, piece.Song, piece.Roles, production, 1);
        var other = MixingStudio.Produce(synthesizer, piece.Song, piece.Roles, production, 2);
        for (var c = 0; c < 2; c++)
        {
            Assert.True(first.Channels[c].AsSpan().SequenceEqual(again.Channels[c]));
            Assert.False(first.Channels[c].AsSpan().SequenceEqual(other.Channels[c]));
        }
        Assert.False(first.Channels[0].AsSpan().SequenceEqual(first.Channels[1]));

        var session = Session.Create(piece.Song, piece.Roles, new SeededRandom(1));
        var stems = synthesizer.RenderStems(session.Song);
        var mixes = new MixDraw(new SeededRandom(1), production).Draw(session.Players);
        for (var i = 0; i < stems.Count; i++)
        {
            var sound = Mixer.Mix([stems[i]], [mixes[i]], 48_000, 2).Dry.Channels;
            double mono = 0,
                both = 0;
            for (var n = 0; n < sound[0].Length; n++)
            {
                var (left, right) = ((double)sound[0][n], (double)sound[1][n]);
                mono += (left + right) * (left + right) / 2;
                both += left * left + right * right;
            }
            Assert.True(10 * Math.Log10(mono / both) > -3.5, $"{session.Players[i]}");
        }
    }

    /// <summary>What the mono corpus hears is no other music: each part alone is as loud against the others as in the song.</summary>
    [Fact]
    public void In_mono_the_mix_is_the_song_within_its_levels_and_equalisers()
    {
        using var synthesizer = new Synthesizer(SynthesizerTests.SmallFont(), Stereo with { SampleRate = 24_000, Channels = 1 });
        var piece = Piece(PieceKind.Ensemble);
        var sound = MixingStudio.Produce(synthesizer, piece.Song, piece.Roles, ProductionDraw.Draw(9, ProductionProfile.Dry), 1);
        Assert.Single(sound.Channels);
        var plain = ProductionChain.Process(synthesizer.Render(piece.Song), ProductionDraw.Draw(9, ProductionProfile.Dry)).Channels[0];
        var mixed = sound.Channels[0];
        var length = Math.Min(plain.Length, mixed.Length);
        double a = 0,
            b = 0,
            product = 0;
        for (var n = 0; n < length; n++)
        {
            a += (double)plain[n] * plain[n];
            b += (double)mixed[n] * mixed[n];
            product += (double)plain[n] * mixed[n];
        }
        Assert.True(product / Math.Sqrt(a * b) > 0.85, $"{product / Math.Sqrt(a * b):0.000}");
    }
}
