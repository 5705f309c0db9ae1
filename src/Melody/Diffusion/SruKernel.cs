using System.Runtime.Intrinsics;
using Melody.Nn;
using static System.Runtime.Intrinsics.Vector256;

namespace Melody.Diffusion;

/// <summary>
/// The recurrence of <see cref="SruScan"/> for one row and one direction on a CPU, eight channels at a time. Backward
/// runs the recurrence again instead of keeping its states.
/// </summary>
internal static unsafe class SruKernel
{
    /// <summary>Where one direction of one row lies in memory; strides are counted in values, gates lie one width apart.</summary>
    internal readonly struct Sequence
    {
        public required int Steps { get; init; }
        public required int Width { get; init; }
        public required bool Reverse { get; init; }

        /// <summary>Candidate, forget gate, reset gate, and the highway input where it has a map of its own.</summary>
        public required byte* Gates { get; init; }
        public required long GateStride { get; init; }
        public required byte* Highway { get; init; }
        public required long HighwayStride { get; init; }

        /// <summary>Output in the forward pass, gradient of the output in the backward pass.</summary>
        public required byte* Output { get; init; }
        public required long OutputStride { get; init; }

        public required float* Recurrent { get; init; }
        public required float* Bias { get; init; }

        public long At(int step) => Reverse ? Steps - 1 - step : step;
    }

    /// <summary>Where the gradients of a <see cref="Sequence"/> go; those of the vectors are added.</summary>
    internal readonly struct Gradients
    {
        public required byte* Gates { get; init; }
        public required byte* Highway { get; init; }
        public required float* Recurrent { get; init; }
        public required float* Bias { get; init; }
    }

    /// <summary>Writes h; <paramref name="state"/> holds one width of float32.</summary>
    public static void Forward<T>(in Sequence s, float* state)
        where T : struct, IVectorElement
    {
        int width = s.Width;
        var scale = Create(SruScan.HighwayScale);
        new Span<float>(state, width).Clear();
        for (int step = 0; step < s.Steps; step++)
        {
            long at = s.At(step);
            byte* gates = s.Gates + at * s.GateStride * T.Size,
                highway = s.Highway + at * s.HighwayStride * T.Size;
            byte* output = s.Output + at * s.OutputStride * T.Size;
            for (int i = 0; i < width; i += Vector256<float>.Count)
            {
                var previous = Load(state + i);
                var candidate = T.Load(gates, i);
                var forget = VectorMath.Sigmoid(T.Load(gates, width + i) + Load(s.Recurrent + i) * previous + Load(s.Bias + i));
                var reset = VectorMath.Sigmoid(
                    T.Load(gates, 2 * width + i) + Load(s.Recurrent + width + i) * previous + Load(s.Bias + width + i)
                );
                var next = candidate + forget * (previous - candidate);
                next.Store(state + i);
                var skip = T.Load(highway, i) * scale;
                T.Store(output, i, skip + reset * (next - skip));
            }
        }
    }

    /// <summary>
    /// Writes the gradients of gates and highway. <paramref name="scratch"/> holds (3 steps + 2) widths of float32: the
    /// states before every step, the gates of every step, and the gradient of the state on its way back.
    /// </summary>
    public static void Backward<T>(in Sequence s, in Gradients g, float* scratch)
        where T : struct, IVectorElement
    {
        int width = s.Width,
            steps = s.Steps;
        float* states = scratch,
            forgets = states + (steps + 1) * width,
            resets = forgets + steps * width,
            carry = resets + steps * width;
        new Span<float>(states, width).Clear();
        new Span<float>(carry, width).Clear();
        for (int step = 0; step < steps; step++)
        {
            byte* gates = s.Gates + s.At(step) * s.GateStride * T.Size;
            float* before = states + step * width,
                forget = forgets + step * width,
                reset = resets + step * width;
            for (int i = 0; i < width; i += Vector256<float>.Count)
            {
                var previous = Load(before + i);
                var candidate = T.Load(gates, i);
                var f = VectorMath.Sigmoid(T.Load(gates, width + i) + Load(s.Recurrent + i) * previous + Load(s.Bias + i));
                var r = VectorMath.Sigmoid(
                    T.Load(gates, 2 * width + i) + Load(s.Recurrent + width + i) * previous + Load(s.Bias + width + i)
                );
                f.Store(forget + i);
                r.Store(reset + i);
                (candidate + f * (previous - candidate)).Store(before + width + i);
            }
        }

        var scale = Create(SruScan.HighwayScale);
        for (int step = steps - 1; step >= 0; step--)
        {
            long at = s.At(step);
            byte* gates = s.Gates + at * s.GateStride * T.Size,
                highway = s.Highway + at * s.HighwayStride * T.Size;
            byte* gateGradient = g.Gates + at * s.GateStride * T.Size,
                highwayGradient = g.Highway + at * s.HighwayStride * T.Size;
            byte* outputGradient = s.Output + at * s.OutputStride * T.Size;
            float* before = states + step * width,
                forget = forgets + step * width,
                reset = resets + step * width;
            for (int i = 0; i < width; i += Vector256<float>.Count)
            {
                Vector256<float> previous = Load(before + i),
                    state = Load(before + width + i),
                    f = Load(forget + i),
                    r = Load(reset + i);
                var dOutput = T.Load(outputGradient, i);
                var keep = (Vector256<float>.One - r) * dOutput;
                T.Store(highwayGradient, i, keep * scale);
                var dReset = (state - T.Load(highway, i) * scale) * r * keep;
                var dState = Load(carry + i) + dOutput * r;
                var dCandidate = dState * (Vector256<float>.One - f);
                var dForget = (previous - T.Load(gates, i)) * f * dCandidate;
                T.Store(gateGradient, i, dCandidate);
                T.Store(gateGradient, width + i, dForget);
                T.Store(gateGradient, 2 * width + i, dReset);
                (dState * f + dForget * Load(s.Recurrent + i) + dReset * Load(s.Recurrent + width + i)).Store(carry + i);
                (Load(g.Recurrent + i) + dForget * previous).Store(g.Recurrent + i);
                (Load(g.Recurrent + width + i) + dReset * previous).Store(g.Recurrent + width + i);
                (Load(g.Bias + i) + dForget).Store(g.Bias + i);
                (Load(g.Bias + width + i) + dReset).Store(g.Bias + width + i);
            }
        }
    }
}
