using CsCheck;
using Melody.Audio;
using Melody.Corpus.Composition;
using Melody.Corpus.Import;
using Melody.Corpus.Midi;
using Melody.Corpus.Records;
using Melody.Corpus.Rendering;
using Melody.Corpus.Storage;
using Melody.Listening;
using Melody.Music;
using Melody.Tests.Corpus.Midi;

namespace Melody.Tests.Corpus.Import;

public sealed class ImportTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("melody-import-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string At(string name)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }

    private void Sine(string name, double seconds, int rate = 16_000, int channels = 1, double amplitude = 0.3) =>
        new AudioClip(
            [
                .. Enumerable
                    .Range(0, (int)(seconds * rate) * channels)
                    .Select(i => (float)(amplitude * Math.Sin(2 * Math.PI * 440 * (i / channels) / rate))),
            ],
            rate,
            channels
        ).Write(At(name));

    private CaptionTable Table(string name, string text)
    {
        File.WriteAllText(At(name), text);
        return CaptionTable.Read(At(name));
    }

    [Fact]
    public void Csv_cells_survive_whatever_they_hold() =>
        Gen.String[Gen.Char["ab,\"\n\r\t é"], 0, 8]
            .Array[1, 4]
            .Array[1, 5]
            .Sample(rows =>
            {
                rows = [.. rows.Select(row => row.Select(cell => cell.Replace("\r", "", StringComparison.Ordinal)).ToArray())];
                var text = string.Join(
                    "\r\n",
                    rows.Select(row =>
                        string.Join(",", row.Select(cell => '"' + cell.Replace("\"", "\"\"", StringComparison.Ordinal) + '"'))
                    )
                );
                Assert.Equal(rows, DelimitedText.ParseCsv(text, "t.csv").Select(row => row.Cells));
            });

    [Fact]
    public void Every_kind_of_caption_file_is_read()
    {
        var csv = Table("a.csv", "file,caption,tags,split,license\nsong.wav,\"Slow, sad piano\",\"piano; sad\",test,CC-BY-4.0\n");
        var row = Assert.Single(csv.Find("song.wav"));
        Assert.Equal(["Slow, sad piano"], row.Captions);
        Assert.Equal(["piano", "sad"], row.Tags);
        Assert.Equal((DatasetSplit.Test, "CC-BY-4.0"), (row.Split, row.Licence));

        var jsonl = Table(
            "b.jsonl",
            "{\"path\":\"sub/x.flac\",\"captions\":[\"One.\",\"Two.\"],\"tags\":[\"jazz\"],\"artist\":\"A\"}\n\n"
                + "{\"file\":\"y\",\"text\":\"Three.\"}\n"
        );
        Assert.Equal(["One.", "Two."], Assert.Single(jsonl.Find("sub/x.flac")).Captions);
        Assert.Equal("A", jsonl.Find("sub/x.flac")[0].Group);
        Assert.Equal(["Three."], Assert.Single(jsonl.Find("deep/y.mp3")).Captions);

        var musicCaps = Table(
            "c.csv",
            "ytid,start_s,end_s,audioset_positive_labels,aspect_list,caption,author_id\n-0Gj8-vB1q4,30,40,\"/m/0140xf\",\"['low "
                + "quality', 'sustained strings melody']\",A mellow song.,4\n"
        );
        foreach (var name in new[] { "-0Gj8-vB1q4.wav", "[-0Gj8-vB1q4]-[30-40].wav", "-0Gj8-vB1q4_30_40.flac" })
        {
            var found = Assert.Single(musicCaps.Find(name));
            Assert.Equal(["low quality", "sustained strings melody"], found.Tags);
            Assert.Equal((30, 40), (found.Start, found.End));
        }

        var jamendo = Table(
            "d.tsv",
            "TRACK_ID\tARTIST_ID\tALBUM_ID\tPATH\tDURATION\tTAGS\n"
                + "track_0000948\tartist_000087\talbum_000149\t48/948.mp3\t212.7\tgenre---rock\tinstrument---piano\tmood/theme---happy\n"
        );
        var track = Assert.Single(jamendo.Find("48/948.mp3"));
        Assert.Equal(["rock", "piano", "happy"], track.Tags);
        Assert.Equal("artist_000087", track.Group);
    }

    [Fact]
    public void Broken_caption_files_are_refused_with_a_sentence()
    {
        string Message(string name, string text) => Assert.Throws<MelodyException>(() => Table(name, text)).Message;
        Assert.Contains("no column that names the files", Message("a.csv", "caption\nx\n"), StringComparison.Ordinal);
        Assert.Contains("is empty", Message("b.csv", ""), StringComparison.Ordinal);
        Assert.Contains("Line 2", Message("c.jsonl", "{\"file\":\"a\",\"caption\":\"x\"}\n{\"file\":"), StringComparison.Ordinal);
        Assert.Contains("is not a JSON object", Message("d.jsonl", "[1]"), StringComparison.Ordinal);
        Assert.Contains("'sometimes'", Message("e.csv", "file,split\na,sometimes\n"), StringComparison.Ordinal);
        Assert.Contains(".xlsx", Message("f.xlsx", "x"), StringComparison.Ordinal);
        Assert.Contains(
            "caption file",
            Assert.Throws<MelodyException>(() => CaptionTable.Read(At("none.csv"))).Message,
            StringComparison.Ordinal
        );
    }

    private BuildResult Import(
        CaptionTable table,
        IMusicListener? listener = null,
        ImportOptions? options = null,
        int channels = 1,
        double window = 2
    )
    {
        var files = ImportFile.Find(At("in"), table);
        options ??= new ImportOptions();
        var shards = ImportFile.Deal(files, options.ShardMinutes);
        var plan = new CorpusPlan
        {
            Kind = CorpusKind.Imported,
            Seed = 1,
            SampleRate = 24_000,
            Channels = channels,
            AudioFormat = ShardFormat.Wav,
            WindowSeconds = window,
            InputSha256 = ImportFile.HashOf(files),
            SoundFonts =
            [
                .. SoundFont
                    .Installed()
                    .OrderBy(font => new FileInfo(font.Path).Length)
                    .Take(1)
                    .Select(font => new FontRecord(font.Name, font.Licence, font.Source, "")),
            ],
        };
        var progress = new CorpusBuilder(At("out"), plan, () => new ImportSource(plan, shards, options, listener), jobs: 1).Build(
            shards.Count
        );
        return new(progress, CorpusReader.Open(At("out")));
    }

    private sealed record BuildResult(BuildProgress Progress, CorpusReader Corpus) : IDisposable
    {
        public void Dispose() => Corpus.Dispose();
    }

    // hears 90 bpm, C minor and drums in what is louder than half, else nothing
    private sealed class LoudnessListener : IMusicListener
    {
        public string Name => "loudness";

        public HeardMusic Listen(AudioClip clip) =>
            clip.Samples.ToArray().Max() > 0.5f ? new(90.5, new MusicalKey(0, Mode.Minor), true) : new(null, null, false);
    }

    [Fact]
    public void What_is_heard_of_a_recording_stands_in_its_windows_as_an_estimate()
    {
        Sine("in/loud.wav", 4, channels: 2, amplitude: 0.8);
        Sine("in/soft.wav", 4, amplitude: 0.2);
        using var result = Import(CaptionTable.Empty, new LoudnessListener());
        var windows = result.Corpus.Windows().Select(result.Corpus.Describe).ToList();
        Assert.Equal(4, windows.Count);
        Assert.All(windows[..2], window =>
            Assert.True(window is { Estimated: true, Bpm: 90.5, Key: "C minor", Mode: "minor", Drums: true })
        );
        Assert.All(windows[2..], window =>
            Assert.True(window is { Estimated: true, Bpm: 0, Key: "unknown", Mode: "unknown", Drums: false })
        );
    }

    [Fact]
    public void A_folder_of_recordings_becomes_windows_with_its_words_and_nothing_guessed()
    {
        Sine("in/long.wav", 7.5, rate: 44_100, channels: 2);
        File.WriteAllText(At("in/long.txt"), "A steady tone.\nConcert pitch.\n");
        Sine("in/short.wav", 1.2);
        Sine("in/silent.wav", 3, amplitude: 0);
        Sine("in/tiny.wav", 0.5);
        File.WriteAllText(At("in/broken.wav"), "no sound at all");
        using var result = Import(Table("t.csv", "file,caption\nshort.wav,A short tone.\n"));
        Assert.Equal(3, result.Progress.Skipped.Count); // silent, tiny, broken
        Assert.Equal(["long.wav", "short.wav"], result.Corpus.Pieces.Select(piece => piece.Record.Sources[0].Path));
        var windows = result.Corpus.Windows().Select(window => (Window: window, Record: result.Corpus.Describe(window))).ToList();
        Assert.Equal([0, 2, 4, 5.5, 0], windows.Select(window => window.Record.Start));
        Assert.Equal(["A steady tone.", "Concert pitch."], windows[0].Record.Captions);
        Assert.Equal(["A short tone."], windows[^1].Record.Captions);
        Assert.All(windows, window => Assert.True(window.Record is { Estimated: true, Bpm: 0, Key: "unknown" }));
        foreach (var (window, record) in windows)
        {
            var sound = result.Corpus.Read(window);
            Assert.Equal(48_000, sound.Length);
            // 440 Hz: as many rising zero crossings as periods.
            // What is shorter than a window plays again.
            Assert.Equal(440 * 2, sound.Zip(sound.Skip(1)).Count(pair => pair.First < 0 && pair.Second >= 0), 3.0);
        }
    }

    [Fact]
    public void Words_about_a_stretch_stay_with_it_and_groups_stay_together()
    {
        Sine("in/abc.wav", 8);
        foreach (var i in Enumerable.Range(0, 12))
            Sine($"in/g{i}.wav", 2);
        var rows = string.Concat(Enumerable.Range(0, 12).Select(i => $"g{i},,,Tone.,band{i % 3}\n"));
        using var result = Import(
            Table("t.csv", "file,start_s,end_s,caption,group\nabc,4,6,Only here.,\n" + rows),
            options: new ImportOptions { ValidationShare = 0.3, TestShare = 0.3 }
        );
        var described = result.Corpus.Windows().Select(result.Corpus.Describe).ToList();
        var only = Assert.Single(described, record => record.Captions.Contains("Only here."));
        Assert.Equal(4, only.Start);
        foreach (
            var band in result
                .Corpus.Pieces.Where(piece => piece.Record.TuneId.StartsWith("group:", StringComparison.Ordinal))
                .GroupBy(piece => piece.Record.TuneId)
        )
        {
            Assert.Equal(4, band.Count());
            Assert.Single(band.Select(piece => piece.Record.Split).Distinct());
        }
    }

    [Fact]
    public void A_midi_file_is_rendered_and_described_exactly()
    {
        _ = Tests.Corpus.Rendering.SynthesizerTests.SmallFont();
        var song = new MidiSong
        {
            Title = "Waltz",
            Tempos = [TempoChange.FromBeatsPerMinute(0, 90), TempoChange.FromBeatsPerMinute(480 * 6, 180)],
            TimeSignatures = [new(0, 3, 4)],
            KeySignatures = [new(0, -3, true)],
            Tracks =
            [
                new()
                {
                    Channel = 0,
                    Programs = [new(0, 73)],
                    Notes = [.. Enumerable.Range(0, 12).Select(i => new MidiNote(i * 480, 240, 72, 80)), new(12 * 480, 240, 72, 80)],
                },
                new() { Channel = 9, Notes = [new(0, 100, 36, 100)] },
            ],
        };
        Directory.CreateDirectory(At("in"));
        MidiWriter.Write(song, At("in/waltz.mid"));
        File.WriteAllBytes(At("in/bad.mid"), [1, 2, 3]);
        using var result = Import(CaptionTable.Empty, window: 4);
        Assert.Contains("not a MIDI file", Assert.Single(result.Progress.Skipped), StringComparison.Ordinal);
        var piece = Assert.Single(result.Corpus.Pieces);
        Assert.Equal(
            (90, "3/4", "C minor", PieceKind.Score),
            (piece.Record.Bpm, piece.Record.TimeSignature, piece.Record.Key, piece.Record.Kind)
        );
        Assert.Equal([73, 128], piece.Record.Programs);
        var windows = result.Corpus.Windows().Select(result.Corpus.Describe).ToList();
        Assert.Equal(2, windows.Count); // six beats at 90 and more than six at 180: over 6 s
        Assert.Equal([0, 0.6667, 1.3333, 2, 2.6667, 3.3333], windows[0].Beats);
        Assert.Equal([0, 2], windows[0].Downbeats);
        // The last window ends with the music, at 6.1667 s: 1.834 s at 90 and 2.166 s at 180 beats a minute.
        Assert.Equal((2.166, 90.0), (windows[1].Start, windows[0].Bpm));
        Assert.Equal([1.834, 2.834, 3.834], windows[1].Downbeats);
        Assert.Equal((1.834 * 90 + 2.166 * 180) / 4, windows[1].Bpm, 0.01);
        Assert.True(windows[0].Drums);
        Assert.False(windows[1].Drums);
        Assert.Equal(0.5, windows[0].Instruments[0].Share, 0.01);
        Assert.Equal(73, windows[0].Instruments[0].Program);
        // Nobody wrote about it: the words come from the notes, and say nothing that the notes do not.
        Assert.All(windows, window =>
        {
            Assert.True(window.Captions.Distinct(StringComparer.OrdinalIgnoreCase).Count() >= 6);
            Assert.NotEmpty(window.Tags);
            var text = string.Join(' ', window.Captions.Concat(window.Tags)).ToLowerInvariant();
            Assert.Contains("flute", text, StringComparison.Ordinal);
            Assert.DoesNotContain("unknown", text, StringComparison.Ordinal);
            foreach (
                System.Text.RegularExpressions.Match number in System.Text.RegularExpressions.Regex.Matches(
                    text,
                    @"(\d+(?:\.\d+)?) (?:bpm|beats)"
                )
            )
                Assert.Equal(window.Bpm, double.Parse(number.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture));
        });
        Assert.DoesNotContain(windows[0].Captions.Concat(windows[0].Tags), text =>
            text.Contains("drumless", StringComparison.OrdinalIgnoreCase) || text.Contains("no drums", StringComparison.OrdinalIgnoreCase)
        );
    }

    [Fact]
    public void A_tempo_that_changes_is_not_put_into_a_number_and_own_words_come_first()
    {
        _ = Tests.Corpus.Rendering.SynthesizerTests.SmallFont();
        Directory.CreateDirectory(At("in"));
        var song = new MidiSong
        {
            Tempos = [TempoChange.FromBeatsPerMinute(0, 60), TempoChange.FromBeatsPerMinute(480 * 2, 120)],
            Tracks = [new() { Channel = 0, Notes = [.. Enumerable.Range(0, 6).Select(i => new MidiNote(i * 480, 480, 60 + i, 80))] }],
        };
        MidiWriter.Write(song, At("in/a.mid"));
        MidiWriter.Write(song, At("in/b.mid"));
        File.WriteAllText(At("in/b.txt"), "My own words.");
        using var result = Import(CaptionTable.Empty, window: 4);
        var windows = result.Corpus.Windows().Select(result.Corpus.Describe).ToList();
        Assert.Equal(2, windows.Count);
        Assert.All(windows, window => Assert.Equal(90, window.Bpm, 1e-6)); // six beats in four seconds
        Assert.DoesNotContain(windows[0].Captions.Concat(windows[0].Tags), text =>
            System.Text.RegularExpressions.Regex.IsMatch(text, "[0-9] (bpm|BPM|beats)|beats (a|per) minute")
        );
        Assert.True(windows[0].Captions.Count >= 6);
        Assert.Equal(["My own words."], windows[1].Captions);
    }

    [Fact]
    public void Hostile_scores_are_left_out_with_a_sentence_each_and_the_rest_is_made()
    {
        _ = Tests.Corpus.Rendering.SynthesizerTests.SmallFont();
        Directory.CreateDirectory(At("in"));
        MidiSong Song(double bpm, long length) =>
            new() { Tempos = [TempoChange.FromBeatsPerMinute(0, bpm)], Tracks = [new() { Channel = 0, Notes = [new(0, length, 60, 80)] }] };
        var good = MidiWriter.ToBytes(Song(120, 1920));
        File.WriteAllBytes(At("in/good.mid"), good);
        File.WriteAllBytes(At("in/cut.mid"), good[..(good.Length - 6)]);
        File.WriteAllBytes(At("in/zero.mid"), [.. "MThd"u8, 0, 0, 0, 6, 0, 1, 0, 0, 1, 224]);
        File.WriteAllBytes(At("in/hours.mid"), MidiWriter.ToBytes(Song(10, 480 * 6000)));
        MidiWriter.Write(new MidiSong { Tracks = [new() { Channel = 0 }] }, At("in/mute.mid"));
        using var result = Import(CaptionTable.Empty);
        Assert.Equal(["good.mid"], result.Corpus.Pieces.Select(piece => piece.Record.Sources[0].Path));
        Assert.Equal(4, result.Progress.Skipped.Count);
        foreach (var words in new[] { "has no tracks", "10.0 hours", "damaged", "'mute.mid' has no notes" })
            Assert.Single(result.Progress.Skipped, reason => reason.Contains(words, StringComparison.Ordinal));
    }

    [Fact]
    public void Notes_that_are_never_released_sound_until_their_track_ends()
    {
        _ = Tests.Corpus.Rendering.SynthesizerTests.SmallFont();
        // An organ's C and E at 120 bpm, no note off, and the end of the track twenty quarters (10 s) later.
        byte[] track = [0, 0xC0, 19, 0, 0x90, 60, 90, 0, 64, 90, 0xCB, 0x00, 0xFF, 0x2F, 0];
        File.WriteAllBytes(
            At("in/held.mid"),
            [.. "MThd"u8, 0, 0, 0, 6, 0, 0, 0, 1, 1, 224, .. "MTrk"u8, 0, 0, 0, (byte)track.Length, .. track]
        );
        using var result = Import(CaptionTable.Empty, window: 10);
        Assert.Empty(result.Progress.Skipped);
        var window = Assert.Single(result.Corpus.Windows());
        Assert.Equal(
            [(0.0, 10.0, 60), (0.0, 10.0, 64)],
            result.Corpus.Describe(window).Notes.Select(note => (note.Start, note.Length, note.Pitch))
        );
        var sound = result.Corpus.Read(window);
        Assert.True(sound.Skip(sound.Length * 9 / 10).Max(Math.Abs) > 0.02); // still held in the last second
        Assert.InRange(Assert.Single(result.Corpus.Pieces).Frames / (double)result.Corpus.Plan.SampleRate, 10, 20); // and not for ever
    }

    [Fact]
    public void A_folder_without_music_is_refused()
    {
        Directory.CreateDirectory(At("in"));
        Assert.Contains(
            "No music",
            Assert.Throws<MelodyException>(() => ImportFile.Find(At("in"), CaptionTable.Empty)).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "does not exist",
            Assert.Throws<MelodyException>(() => ImportFile.Find(At("nowhere"), CaptionTable.Empty)).Message,
            StringComparison.Ordinal
        );
    }
}
