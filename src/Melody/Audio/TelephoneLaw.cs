namespace Melody.Audio;

/// <summary>The companded 8-bit samples of telephony (ITU-T G.711) as fractions of full scale.</summary>
internal static class TelephoneLaw
{
    /// <summary>Mu-law: inverted bits; a sign, three bits of exponent, four of mantissa, an offset of 33.</summary>
    public static float MuLaw(byte code)
    {
        int bits = ~code & 0xFF,
            value = ((((bits & 15) << 3) + 132) << (bits >> 4 & 7)) - 132;
        return ((bits & 0x80) != 0 ? -value : value) / 32768f;
    }

    /// <summary>A-law: every other bit inverted; the lowest exponent is linear.</summary>
    public static float ALaw(byte code)
    {
        int bits = code ^ 0x55,
            exponent = bits >> 4 & 7,
            mantissa = (bits & 15) << 4,
            value = exponent == 0 ? mantissa + 8 : mantissa + 264 << exponent - 1;
        return ((bits & 0x80) != 0 ? value : -value) / 32768f;
    }
}
