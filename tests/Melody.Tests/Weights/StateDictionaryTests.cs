using Melody.Nn;
using Melody.Tests.Reference;
using Melody.Weights;
using static TorchSharp.torch;

namespace Melody.Tests.Weights;

/// <summary>A network goes into a file and comes back; a file that does not fit is refused.</summary>
public sealed class StateDictionaryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ANetworkComesBackBitForBit()
    {
        using var source = FixedValues.Fill(new Pair(3, 2, ParameterFactory.Random(1)));
        StateDictionary.Save(source, _folder["w"]);
        using var target = new Pair(3, 2, ParameterFactory.Empty());
        using (var file = SafetensorsReader.Open(_folder["w"]))
            StateDictionary.Load(target, file);
        var (expected, actual) = (FixedValues.State(source), FixedValues.State(target));
        Assert.Equal(["buffer", "linear.bias", "linear.weight"], actual.Keys.Order());
        foreach (var name in expected.Keys)
            Assert.Equal(expected[name], actual[name]);
    }

    [Fact]
    public void EveryTensorIsStoredOnce()
    {
        using var outer = new Outer(ParameterFactory.Random(1));
        Assert.Contains("pair._linear.weight", outer.state_dict().Keys); // what TorchSharp does with fields
        Assert.Equal(
            ["pair.buffer", "pair.linear.bias", "pair.linear.weight"],
            StateDictionary.Of(outer).Keys.Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void MatricesMayBeBFloat16InTheFileAndInMemory()
    {
        using var source = FixedValues.Fill(new Pair(3, 2, ParameterFactory.Random(1)));
        StateDictionary.Save(source, _folder["w"], ScalarType.BFloat16);
        using var file = SafetensorsReader.Open(_folder["w"]);
        Assert.Equal(ScalarType.BFloat16, file.Entries["linear.weight"].Type);
        Assert.Equal(ScalarType.Float32, file.Entries["linear.bias"].Type);
        Assert.Equal(ScalarType.Float16, file.Entries["buffer"].Type);

        using var target = new Pair(3, 2, ParameterFactory.Empty(matrixType: ScalarType.BFloat16));
        StateDictionary.Load(target, file);
        Assert.Equal(ScalarType.BFloat16, target.state_dict()["linear.weight"].dtype);
        Assert.Equal(ScalarType.Float32, target.state_dict()["linear.bias"].dtype);
        var (expected, actual) = (FixedValues.State(source), FixedValues.State(target));
        Assert.Equal(ScalarType.Float32, target.state_dict()["buffer"].dtype);
        // float16 keeps eleven significant bits: rounding to the nearest changes a value by at most 2^-11 of its size
        foreach (var (e, a) in expected["buffer"].Zip(actual["buffer"]))
            Assert.InRange(Math.Abs(a - e), 0, Math.Abs(e) / 2048);
        // bfloat16 keeps eight significant bits: rounding changes a value by at most 2^-8 of its size
        foreach (var (e, a) in expected["linear.weight"].Zip(actual["linear.weight"]))
            Assert.InRange(Math.Abs(a - e), 0, Math.Abs(e) / 256);
    }

    [Fact]
    public void WhatDoesNotFitIsListed()
    {
        using (NewDisposeScope())
        {
            SafetensorsWriter.Write(
                _folder["w"],
                new Dictionary<string, Tensor>
                {
                    ["linear.weight"] = zeros(3, 3),
                    ["linear.bias"] = zeros(2),
                    ["stranger"] = zeros(1),
                }
            );
        }
        using var target = new Pair(3, 2, ParameterFactory.Random(1));
        var before = FixedValues.State(target)["linear.bias"];
        using var file = SafetensorsReader.Open(_folder["w"]);
        var message = Assert.Throws<MelodyException>(() => StateDictionary.Load(target, file)).Message;
        Assert.Contains("'buffer' is missing", message, StringComparison.Ordinal);
        Assert.Contains("'linear.weight' is [3, 3] and should be [2, 3]", message, StringComparison.Ordinal);
        Assert.Contains("'stranger' is not expected", message, StringComparison.Ordinal);
        Assert.Equal(before, FixedValues.State(target)["linear.bias"]);
    }

    private sealed class Outer : nn.Module<Tensor, Tensor>
    {
        private readonly Pair _pair;

        public Outer(ParameterFactory parameters)
            : base(nameof(Outer))
        {
            _pair = new Pair(3, 2, parameters);
            register_module("pair", _pair);
        }

        public override Tensor forward(Tensor input) => _pair.forward(input);
    }

    private sealed class Pair : nn.Module<Tensor, Tensor>
    {
        private readonly Linear _linear;

        public Pair(long inputs, long outputs, ParameterFactory parameters)
            : base(nameof(Pair))
        {
            _linear = new Linear(inputs, outputs, bias: true, parameters);
            register_module("linear", _linear);
            register_buffer("buffer", parameters.Buffer(0.123456789, 2, 2));
        }

        public override Tensor forward(Tensor input) => _linear.forward(input);
    }
}
