namespace Melody.Audio;

/// <summary>One channel of a frame as it is going to be written: its predictor, its residual and how that is divided.</summary>
internal sealed class FlacSubframe
{
    private const int MostPartitions = 6; // as a power of two

    private static readonly int[][] FixedCoefficients =
    [
        [],
        [1],
        [2, -1],
        [3, -3, 1],
        [4, -6, 4, -1],
    ];

    private readonly long[] _samples;
    private readonly int _depth;
    private readonly long[] _residual;
    private int[] _coefficients = [];
    private int _shift,
        _precision;
    private bool _isFixed,
        _isConstant,
        _isVerbatim;
    private int _partitionOrder;
    private int[] _parameters = [];

    /// <summary>Decides how to write a block.</summary>
    /// <param name="samples">Whole numbers; kept, not copied.</param>
    /// <param name="depth">Bits of a sample, with the bit that a side channel has more.</param>
    /// <param name="prediction">Finds predictors; null tries only the fixed ones.</param>
    public FlacSubframe(long[] samples, int depth, FlacLinearPrediction? prediction)
    {
        (_samples, _depth) = (samples, depth);
        _residual = new long[samples.Length];
        Bits = 8 + (long)depth * samples.Length;
        if (Array.TrueForAll(samples, s => s == samples[0]))
        {
            (_isConstant, Bits) = (true, 8 + depth);
            return;
        }
        _isVerbatim = true;
        int order = BestFixedOrder();
        if (order >= 0)
            Try(FixedCoefficients[order], 0, 0, isFixed: true);
        if (prediction is null)
            return;
        int precision = depth <= 17 ? 14 : 15;
        if (prediction.Find(samples, precision, out int shift) is { Length: > 0 } coefficients)
            Try(coefficients, shift, precision, isFixed: false);
    }

    /// <summary>How long it is going to be.</summary>
    public long Bits { get; private set; }

    /// <summary>Writes the subframe.</summary>
    public void Write(FlacBitWriter bits)
    {
        int order = _coefficients.Length;
        int type =
            _isConstant ? 0
            : _isVerbatim ? 1
            : _isFixed ? 8 + order
            : 31 + order;
        bits.Write(type << 1, 8);
        if (_isConstant || _isVerbatim)
        {
            foreach (long sample in _samples.AsSpan(0, _isConstant ? 1 : _samples.Length))
                bits.Write(sample, _depth);
            return;
        }
        for (int i = 0; i < order; i++)
            bits.Write(_samples[i], _depth);
        if (!_isFixed)
        {
            bits.Write(_precision - 1, 4);
            bits.Write(_shift, 5);
            foreach (int coefficient in _coefficients)
                bits.Write(coefficient, _precision);
        }
        bool wide = _parameters.Any(p => p > 14);
        bits.Write(wide ? 1 : 0, 2);
        bits.Write(_partitionOrder, 4);
        int length = _samples.Length >> _partitionOrder;
        for (int part = 0; part < _parameters.Length; part++)
        {
            bits.Write(_parameters[part], wide ? 5 : 4);
            for (int i = Math.Max(part * length, order); i < (part + 1) * length; i++)
                bits.WriteRice(_residual[i], _parameters[part]);
        }
    }

    // The order whose residual is smallest in sum; -1 for blocks that are too short.
    private int BestFixedOrder()
    {
        if (_samples.Length <= 4)
            return -1;
        Span<double> sums = stackalloc double[5];
        long last0 = _samples[3],
            last1 = _samples[3] - _samples[2],
            last2 = last1 - (_samples[2] - _samples[1]),
            last3 = last2 - (_samples[2] - 2 * _samples[1] + _samples[0]);
        for (int i = 4; i < _samples.Length; i++)
        {
            long d0 = _samples[i],
                d1 = d0 - last0,
                d2 = d1 - last1,
                d3 = d2 - last2,
                d4 = d3 - last3;
            sums[0] += Math.Abs(d0);
            sums[1] += Math.Abs(d1);
            sums[2] += Math.Abs(d2);
            sums[3] += Math.Abs(d3);
            sums[4] += Math.Abs(d4);
            (last0, last1, last2, last3) = (d0, d1, d2, d3);
        }
        int best = 0;
        for (int order = 1; order < 5; order++)
            if (sums[order] < sums[best])
                best = order;
        return best;
    }

    private void Try(int[] coefficients, int shift, int precision, bool isFixed)
    {
        int order = coefficients.Length;
        if (order >= _samples.Length)
            return;
        var residual = new long[_samples.Length];
        for (int i = order; i < _samples.Length; i++)
        {
            long sum = 0;
            for (int k = 0; k < coefficients.Length; k++)
                sum += coefficients[k] * _samples[i - 1 - k];
            residual[i] = _samples[i] - (sum >> shift);
            if (residual[i] is > int.MaxValue or < -int.MaxValue)
                return; // a residual has 32 bits at most
        }
        var (partitionOrder, parameters, bits) = Divide(residual, order);
        bits += 8 + 6 + (long)order * _depth + (isFixed ? 0 : 9 + order * precision);
        if (bits >= Bits)
            return;
        residual.CopyTo(_residual, 0);
        (_coefficients, _shift, _precision, _isFixed, _isVerbatim) = (coefficients, shift, precision, isFixed, false);
        (_partitionOrder, _parameters, Bits) = (partitionOrder, parameters, bits);
    }

    // Sums of the folded residual over the finest parts, joined pair by pair.
    private static (int Order, int[] Parameters, long Bits) Divide(long[] residual, int order)
    {
        int finest = 0;
        while (finest < MostPartitions && residual.Length % (2 << finest) == 0 && residual.Length >> (finest + 1) > order)
            finest++;
        var sums = new long[1 << finest];
        int length = residual.Length >> finest;
        for (int part = 0; part < sums.Length; part++)
        for (int i = Math.Max(part * length, order); i < (part + 1) * length; i++)
            sums[part] += residual[i] << 1 ^ residual[i] >> 63;
        (int Order, int[] Parameters, long Bits) best = (0, [], long.MaxValue);
        for (int partitionOrder = finest; partitionOrder >= 0; partitionOrder--)
        {
            var parameters = new int[1 << partitionOrder];
            long bits = 0;
            for (int part = 0; part < parameters.Length; part++)
            {
                long count = (residual.Length >> partitionOrder) - (part == 0 ? order : 0);
                (parameters[part], long partBits) = Parameter(sums[part], count);
                bits += partBits + 5;
            }
            if (bits < best.Bits)
                best = (partitionOrder, parameters, bits);
            for (int part = 0; part < sums.Length / 2; part++)
                sums[part] = sums[2 * part] + sums[2 * part + 1];
            sums = sums[..Math.Max(sums.Length / 2, 1)];
        }
        return best;
    }

    // count (1 + k) bits and the quotients, whose sum is at most that of the numbers over 2^k.
    private static (int Parameter, long Bits) Parameter(long sum, long count)
    {
        (int Parameter, long Bits) best = (0, count + sum);
        for (int k = 1; k <= 30; k++)
        {
            long bits = count * (1 + k) + (sum >> k);
            if (bits >= best.Bits)
                break;
            best = (k, bits);
        }
        return best;
    }
}
