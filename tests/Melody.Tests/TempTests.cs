using Melody.Semantic;
using Melody.Corpus.Storage;
using static TorchSharp.torch;
namespace Melody.Tests;
public sealed class TempTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Tempo()
    {
        set_num_threads(1);
        using var model = await MusicModel.LoadAsync(Environment.GetEnvironmentVariable("MX")!);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var tk = model.Networks.SemanticTokenizer;
        Tensor B(string n) => tk.get_buffer(n)!.to_type(ScalarType.Float64);
        var facts = B("centres") * B("deviation") + B("mean"); // [1024, 49]
        var f = facts.data<double>().ToArray();
        double Est(long[] tokens)
        {
            // best period of phase: maximise | sum z_t exp(-i w t) |
            double best = 0, at = 0;
            for (double bpm = 40; bpm <= 240; bpm *= 1.005)
            {
                double w = 2 * Math.PI * bpm / 60 / 25, re = 0, im = 0;
                for (int t = 0; t < tokens.Length; t++)
                {
                    double c = 2 * f[tokens[t] * 49 + 42] - 1, s = 2 * f[tokens[t] * 49 + 43] - 1;
                    re += c * Math.Cos(w * t) + s * Math.Sin(w * t); im += s * Math.Cos(w * t) - c * Math.Sin(w * t);
                }
                double p = Math.Sqrt(re * re + im * im) / tokens.Length;
                if (p > best) (best, at) = (p, bpm);
            }
            return at;
        }
        foreach (var (g, st) in new[] { (1.0, 0.0), (1.0, 0.5), (1.0, 1.0), (2.5, 1.0), (1.0, 2.0) })
        {
            int ok = 0, all = 0; string line = "";
            double inKey = 0, drums = 0, n2 = 0, noDrums = 0;
            foreach (var bpm in new[] { 66.0, 80, 96, 112, 128, 144, 168 })
                for (ulong seed = 1; seed <= 3; seed++)
                {
                    string text = seed == 3 ? $"solo flute in D major, {bpm} bpm, no drums" : $"pop rock band with drums in D major at {bpm} bpm";
                    var prefix = model.Networks.JointEmbedding.TokensForText([text]).data<long>().ToArray();
                    var tokens = model.Networks.Sampler.Generate([new SemanticRequest { Prefix = prefix, Controls = PromptReader.Read(text), Seed = seed }], 250, new() { Guidance = g, Steering = st })[0];
                    double est = Est(tokens); all++;
                    if (new[] { 0.5, 1, 2 }.Any(k => Math.Abs(est / bpm / k - 1) < 0.04)) ok++;
                    if (seed < 3) line += $" {bpm}->{est:F0}";
                    double ins = tokens.Average(t => new[] { 2, 4, 6, 7, 9, 11, 1 }.Sum(pc => f[t * 49 + pc]) / Enumerable.Range(0, 12).Sum(pc => f[t * 49 + pc]));
                    inKey += ins;
                    double dr = tokens.Average(t => f[t * 49 + 41]);
                    if (seed == 3) { noDrums += dr; n2++; } else drums += dr;
                }
            output.WriteLine($"guidance {g} steering {st}: {ok}/{all} in key {inKey / all:F2} drums {drums / (all - n2):F2} without {noDrums / n2:F2} {line}");
        }
        using var corpus = CorpusReader.Open(Environment.GetEnvironmentVariable("CX")!);
        int good = 0, n = 0;
        foreach (var w in corpus.WindowsOf("test").Take(60))
        {
            var r = corpus.Describe(w);
            if (r.Beats.Count < 8) continue;
            var audio = corpus.Read(w);
            var tokens = tk.Tokenize(tensor(audio.ToArray(), [1, audio.Length])).data<long>().ToArray();
            double est = Est(tokens); n++;
            if (new[] { 0.5, 1, 2 }.Any(k => Math.Abs(est / r.Bpm / k - 1) < 0.04)) good++;
        }
        output.WriteLine($"true tokens: {good}/{n}");
    }
}
