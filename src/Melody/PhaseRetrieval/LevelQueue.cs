using System.Numerics;

namespace Melody.PhaseRetrieval;

/// <summary>
/// A priority queue of numbers with 4,096 levels: what was put in last comes out first among those of the highest level.
/// Every operation takes constant time, where a heap takes a logarithm of what it holds; a level spans 1/4,096 of the range.
/// </summary>
internal sealed class LevelQueue
{
    /// <summary>How many levels there are.</summary>
    public const int Levels = 64 * 64;

    private readonly int[] _next;
    private readonly int[] _first = new int[Levels];
    private readonly ulong[] _taken = new ulong[64];
    private ulong _takenWords;

    /// <param name="capacity">Numbers are 0 .. capacity - 1; each may be in the queue once.</param>
    public LevelQueue(int capacity) => _next = new int[capacity];

    /// <summary>Puts a number in.</summary>
    public void Push(int number, int level)
    {
        int word = level >> 6;
        ulong bit = 1ul << level;
        if ((_taken[word] & bit) != 0)
            _next[number] = _first[level];
        else
        {
            _next[number] = -1;
            _taken[word] |= bit;
            _takenWords |= 1ul << word;
        }
        _first[level] = number;
    }

    /// <summary>Takes out one of the highest level; -1 from an empty queue.</summary>
    public int Pop()
    {
        if (_takenWords == 0)
            return -1;
        int word = BitOperations.Log2(_takenWords),
            level = word << 6 | BitOperations.Log2(_taken[word]),
            number = _first[level];
        if (_next[number] >= 0)
            _first[level] = _next[number];
        else if ((_taken[word] &= ~(1ul << level)) == 0)
            _takenWords &= ~(1ul << word);
        return number;
    }
}
