namespace Melody;

/// <summary>
/// What the model was asked for, as far as it was read from the prompt and the options. What is heard of it is for judges to say, such as
/// <c>melody evaluate</c>.
/// </summary>
/// <param name="Understood">Tempo, key, metre and instruments, such as "70 bpm", "A minor", "piano alone", "no drums".</param>
/// <param name="NotUnderstood">
/// Parts of the prompt and of the negative prompt that neither the reader nor the joint embedding knows.
/// </param>
public sealed record RequestReport(IReadOnlyList<string> Understood, IReadOnlyList<string> NotUnderstood);
