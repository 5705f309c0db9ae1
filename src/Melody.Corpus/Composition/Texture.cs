using Melody.Music;

namespace Melody.Corpus.Composition;

/// <summary>Ways to play an accompaniment from chords.</summary>
internal enum Texture
{
    Block,
    Arpeggio,
    UpDown,
    Alberti,
    Waltz,
    Stride,
    Strum,
    Pad,
    Pulse,
    Ostinato,
    Boogie,
    Hymn,
    Tremolo,
    Rolled,
    OffBeat,
    RootBass,
    WalkingBass,
    PulseBass,
}

/// <summary>Plays a <see cref="Texture"/> over a lead sheet into a part.</summary>
internal sealed class TexturePlayer(LeadSheet sheet, SeededRandom random)
{
    private readonly Metre _metre = sheet.Metre;

    /// <summary>
    /// Writes the notes. <paramref name="centre"/> is the key around which chords lie; two-handed textures put their
    /// bass about two octaves below, unless <paramref name="withBass"/> is false.
    /// </summary>
    public void Play(Texture texture, Part part, int centre, int loudness, bool withBass = true, bool swing = false, int voices = 3)
    {
        var voicing = new Voicing(centre, voices);
        int bassLow = Math.Max(28, centre - 26);
        int walking = bassLow + 6;
        for (int i = 0; i < sheet.Chords.Count; i++)
        {
            var span = sheet.Chords[i];
            int loud = (int)(loudness * Dynamics.Of(sheet, span.Start));
            var next = i + 1 < sheet.Chords.Count ? sheet.Chords[i + 1].Chord : span.Chord;
            bool isFinal = span.Start >= sheet.TotalTicks - _metre.BarTicks;
            int[] chord = texture is Texture.RootBass or Texture.WalkingBass or Texture.PulseBass ? [] : voicing.Next(span.Chord);
            int bass = Voicing.Bass(span.Chord, bassLow);
            if (isFinal && texture is not (Texture.RootBass or Texture.WalkingBass or Texture.PulseBass))
            {
                Final(part, span, chord, bass, loud, withBass);
                continue;
            }
            switch (texture)
            {
                case Texture.Block:
                    Block(part, span, chord, bass, loud, withBass);
                    break;
                case Texture.Arpeggio:
                    Broken(part, span, chord, bass, loud, withBass, upDown: false);
                    break;
                case Texture.UpDown:
                    Broken(part, span, chord, bass, loud, withBass, upDown: true);
                    break;
                case Texture.Alberti:
                    Alberti(part, span, chord, loud);
                    break;
                case Texture.Waltz or Texture.Stride:
                    Stride(part, span, chord, bassLow, loud, withBass, swing);
                    break;
                case Texture.Strum:
                    Strum(part, span, chord, bass, loud);
                    break;
                case Texture.Pad:
                    Pad(part, span, chord, bass, loud, withBass);
                    break;
                case Texture.Pulse:
                    Pulse(part, span, chord, bass, loud, withBass);
                    break;
                case Texture.Ostinato:
                    Ostinato(part, span, chord, loud);
                    break;
                case Texture.Boogie:
                    Boogie(part, span, bassLow, loud);
                    break;
                case Texture.Hymn:
                    Hymn(part, span, chord, bass, loud);
                    break;
                case Texture.Tremolo:
                    Tremolo(part, span, chord, loud);
                    break;
                case Texture.Rolled:
                    Rolled(part, span, chord, bass, loud);
                    break;
                case Texture.OffBeat:
                    OffBeat(part, span, chord, loud);
                    break;
                case Texture.RootBass:
                    RootBass(part, span, loud, centre);
                    break;
                case Texture.PulseBass:
                    PulseBass(part, span, loud, centre);
                    break;
                case Texture.WalkingBass:
                    walking = Walk(part, span, next, loud, walking, centre, swing, isFinal);
                    break;
            }
        }
    }

    private IEnumerable<int> Beats(ChordSpan span)
    {
        for (int tick = span.Start; tick < span.End; tick += _metre.BeatTicks)
            yield return tick;
    }

    private int Vary(int loud) => Math.Clamp((int)(loud + random.NextNormal() * 3), 20, 120);

    private int Half => _metre.IsCompound ? _metre.BeatTicks / 3 : _metre.BeatTicks / 2;

    private void Final(Part part, ChordSpan span, int[] chord, int bass, int loud, bool withBass)
    {
        if (withBass)
            part.Add(span.Start, span.Length, bass, Vary(loud));
        for (int i = 0; i < chord.Length; i++)
            part.Add(span.Start + i * 15, span.Length - i * 15, chord[i], Vary(loud - 4));
    }

    private void Block(Part part, ChordSpan span, int[] chord, int bass, int loud, bool withBass)
    {
        if (withBass)
            part.Add(span.Start, span.Length * 19 / 20, bass, Vary(loud));
        foreach (int tick in Beats(span))
        foreach (int pitch in chord)
            part.Add(tick, _metre.BeatTicks * 17 / 20, pitch, Vary(loud - (_metre.Strength(tick % _metre.BarTicks) > 1 ? 6 : 12)));
    }

    private void Broken(Part part, ChordSpan span, int[] chord, int bass, int loud, bool withBass, bool upDown)
    {
        int[] line = withBass ? [bass, .. chord, chord[0] + 12] : [.. chord, chord[0] + 12];
        if (upDown)
            line = [.. line, .. line.Skip(1).SkipLast(1).Reverse()];
        int step = Half;
        for (int tick = span.Start, i = 0; tick < span.End; tick += step, i++)
        {
            int pitch = line[i % line.Length];
            int hold = i % line.Length == 0 && withBass ? Math.Min(span.End - tick, step * 4) : Math.Min(span.End - tick, step * 2);
            part.Add(tick, hold, pitch, Vary(loud - (i % line.Length == 0 ? 2 : 9)));
        }
    }

    private void Alberti(Part part, ChordSpan span, int[] chord, int loud)
    {
        int[] order = _metre.IsCompound || _metre.Beats % 2 == 1 ? [0, chord.Length - 1, 1] : [0, chord.Length - 1, 1, chord.Length - 1];
        for (int tick = span.Start, i = 0; tick < span.End; tick += Half, i++)
            part.Add(tick, Half, chord[order[i % order.Length]] - 12, Vary(loud - (i % order.Length == 0 ? 2 : 10)));
    }

    private void Stride(Part part, ChordSpan span, int[] chord, int bassLow, int loud, bool withBass, bool swing)
    {
        int beat = 0;
        foreach (int tick in Beats(span))
        {
            int inBar = tick % _metre.BarTicks / _metre.BeatTicks;
            bool isBass = _metre.Beats == 3 ? inBar == 0 : inBar % 2 == 0;
            if (isBass || beat == 0)
            {
                int low = inBar == 0 || beat == 0 ? Voicing.Bass(span.Chord, bassLow) : Voicing.Fifth(span.Chord, bassLow - 5);
                if (withBass)
                    part.Add(tick, _metre.BeatTicks * (_metre.Beats == 3 ? 9 : 8) / 10, low, Vary(loud));
            }
            else
            {
                foreach (int pitch in chord)
                    part.Add(tick, _metre.BeatTicks * 6 / 10, pitch, Vary(loud - 8));
                if (swing && random.Chance(0.15))
                    foreach (int pitch in chord)
                        part.Add(tick + _metre.BeatTicks * 2 / 3, _metre.BeatTicks / 4, pitch, Vary(loud - 16));
            }
            beat++;
        }
    }

    private void Strum(Part part, ChordSpan span, int[] chord, int bass, int loud)
    {
        int[] strings = [bass < 40 ? bass + 12 : bass, .. chord, chord[0] + 12];
        strings = [.. strings.Distinct().Order()];
        foreach (int tick in Beats(span))
        {
            Stroke(tick, Half, strings, down: true, loud - (_metre.Strength(tick % _metre.BarTicks) > 1 ? 0 : 6));
            if (_metre.Strength(tick % _metre.BarTicks) != 3 || random.Chance(0.3))
                Stroke(tick + _metre.BeatTicks - Half, Half, strings[1..], down: false, loud - 12);
        }

        void Stroke(int tick, int length, int[] pitches, bool down, int velocity)
        {
            for (int i = 0; i < pitches.Length; i++)
            {
                int delay = 7 * (down ? i : pitches.Length - 1 - i);
                part.Add(tick + delay, Math.Max(40, length - delay + 40), pitches[i], Vary(velocity));
            }
        }
    }

    private void Pad(Part part, ChordSpan span, int[] chord, int bass, int loud, bool withBass)
    {
        if (withBass)
            part.Add(span.Start, span.Length, bass, Vary(loud - 4));
        foreach (int pitch in chord)
            part.Add(span.Start, span.Length, pitch, Vary(loud - 6));
    }

    private void Pulse(Part part, ChordSpan span, int[] chord, int bass, int loud, bool withBass)
    {
        if (withBass)
            part.Add(span.Start, span.Length * 9 / 10, bass, Vary(loud));
        for (int tick = span.Start, i = 0; tick < span.End; tick += Half, i++)
            foreach (int pitch in chord)
                part.Add(tick, Half * 7 / 10, pitch, Vary(loud - (tick % _metre.BeatTicks == 0 ? 7 : 13)));
    }

    private void Ostinato(Part part, ChordSpan span, int[] chord, int loud)
    {
        int[] order = [0, 2, 1, 2, 0, 1, 2, 1];
        int step = _metre.IsCompound ? _metre.BeatTicks / 3 : _metre.BeatTicks / 4;
        for (int tick = span.Start, i = 0; tick < span.End; tick += step, i++)
            part.Add(
                tick,
                step * 9 / 10,
                chord[order[i % order.Length] % chord.Length],
                Vary(loud - (tick % _metre.BeatTicks == 0 ? 3 : 11))
            );
    }

    private void Boogie(Part part, ChordSpan span, int bassLow, int loud)
    {
        int[] above = [0, 4, 7, 9, 10, 9, 7, 4];
        int root = bassLow + (((span.Chord.Root - bassLow) % 12) + 12) % 12;
        int minor = span.Chord.IsMinor ? 1 : 0;
        for (int tick = span.Start, i = 0; tick < span.End; tick += Half, i++)
        {
            int late = tick % _metre.BeatTicks != 0 && !_metre.IsCompound ? _metre.BeatTicks / 6 : 0;
            int up = above[i % above.Length] - (above[i % above.Length] == 4 ? minor : 0);
            part.Add(tick + late, (Half - late) * 9 / 10, root + up, Vary(loud - (late > 0 ? 6 : 0)));
        }
    }

    private void Hymn(Part part, ChordSpan span, int[] chord, int bass, int loud)
    {
        int step =
            span.Length > 2 * _metre.BeatTicks && random.Chance(0.7) ? span.Length / _metre.BeatTicks / 2 * _metre.BeatTicks : span.Length;
        for (int tick = span.Start; tick < span.End; tick += step)
        {
            int length = Math.Min(step, span.End - tick) * 19 / 20;
            part.Add(tick, length, bass + 12 > chord[0] ? bass : bass + 12, Vary(loud));
            foreach (int pitch in chord)
                part.Add(tick, length, pitch, Vary(loud - 5));
        }
    }

    private void Tremolo(Part part, ChordSpan span, int[] chord, int loud)
    {
        int step = _metre.BeatTicks / (_metre.IsCompound ? 6 : 4);
        for (int tick = span.Start; tick < span.End; tick += step)
        {
            double swell = 8 * Math.Sin(Math.PI * (tick - span.Start) / span.Length);
            foreach (int pitch in chord)
                part.Add(tick, step * 9 / 10, pitch, Vary((int)(loud - 12 + swell)));
        }
    }

    private void Rolled(Part part, ChordSpan span, int[] chord, int bass, int loud)
    {
        int[] tones = [bass, .. chord, chord[0] + 12, chord[^1] + 12];
        int roll = Math.Min(60, _metre.BeatTicks / 8);
        for (int i = 0; i < tones.Length; i++)
            part.Add(span.Start + i * roll, span.Length - i * roll, tones[i], Vary(loud - 2));
        if (span.Length < 3 * _metre.BeatTicks)
            return;
        for (int i = 0; i < chord.Length; i++)
            part.Add(
                span.Start + span.Length / 2 / _metre.BeatTicks * _metre.BeatTicks + i * Half / 2,
                _metre.BeatTicks,
                chord[i] + 12,
                Vary(loud - 12)
            );
    }

    private void OffBeat(Part part, ChordSpan span, int[] chord, int loud)
    {
        foreach (int tick in Beats(span))
        foreach (int pitch in chord)
            part.Add(tick + _metre.BeatTicks - Half, Half * 6 / 10, pitch, Vary(loud - 4));
    }

    private void RootBass(Part part, ChordSpan span, int loud, int low)
    {
        int half = span.Length >= 4 * _metre.BeatTicks ? span.Length / 2 : span.Length;
        part.Add(span.Start, half * 9 / 10, Voicing.Bass(span.Chord, low), Vary(loud));
        if (half < span.Length)
            part.Add(
                span.Start + half,
                half * 9 / 10,
                random.Chance(0.5) ? Voicing.Fifth(span.Chord, low - 3) : Voicing.Bass(span.Chord, low),
                Vary(loud - 5)
            );
    }

    private void PulseBass(Part part, ChordSpan span, int loud, int low)
    {
        for (int tick = span.Start; tick < span.End; tick += Half)
            part.Add(
                tick,
                Half * 8 / 10,
                Voicing.Bass(span.Chord, low) + (random.Chance(0.08) ? 12 : 0),
                Vary(loud - (tick % _metre.BeatTicks == 0 ? 0 : 7))
            );
    }

    // root on the chord's first beat, scale and chord tones between, a half or whole tone before the next root
    private int Walk(Part part, ChordSpan span, Chord next, int loud, int from, int low, bool swing, bool isFinal)
    {
        var key = sheet.KeyAt(span.Start);
        int beats = span.Length / _metre.BeatTicks;
        int pitch = Scale.Nearest(from, p => p % 12 == span.Chord.BassNote, low - 4, low + 14);
        if (isFinal)
        {
            part.Add(span.Start, span.Length, pitch, Vary(loud));
            return pitch;
        }
        int goal = Scale.Nearest(pitch + random.Between(-4, 4), p => p % 12 == next.BassNote, low - 4, low + 14);
        for (int beat = 0; beat < beats; beat++)
        {
            if (beat > 0)
            {
                if (beat == beats - 1)
                    pitch = goal + (goal >= pitch ? -1 : 1) * (random.Chance(0.6) ? 1 : 2);
                else
                    pitch = Scale.NearestChordTone(
                        pitch + Math.Sign(goal - pitch + 0.5) * random.Between(2, 4),
                        span.Chord,
                        low - 4,
                        low + 14
                    );
                if (beat < beats - 1 && !Scale.Allows(pitch, key, span.Chord))
                    pitch = Scale.NearestChordTone(pitch, span.Chord, low - 4, low + 14);
            }
            int tick = span.Start + beat * _metre.BeatTicks;
            part.Add(tick, _metre.BeatTicks * 9 / 10, pitch, Vary(loud - (beat % 2 == 0 ? 3 : 0)));
            if (swing && random.Chance(0.08))
                part.Add(tick + _metre.BeatTicks * 2 / 3, _metre.BeatTicks / 4, pitch, Vary(loud - 14));
        }
        return pitch;
    }
}
