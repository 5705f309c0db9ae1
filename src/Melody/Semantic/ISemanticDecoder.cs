namespace Melody.Semantic;

/// <summary>Runs a <see cref="SemanticLanguageModel"/> forward token by token over a batch of sequences with fixed conditions.</summary>
internal interface ISemanticDecoder : IDisposable
{
    /// <summary>Passes through the network so far.</summary>
    int Evaluations { get; }

    /// <summary>Semantic tokens read since the start or the last <see cref="Restart"/>.</summary>
    int Seen { get; }

    /// <summary>The latest scores of the next token, [batch, outputs] in rows.</summary>
    ReadOnlySpan<float> Scores { get; }

    /// <summary>Reads further tokens, [batch, n] with n at least 1, and returns <see cref="Scores"/>.</summary>
    ReadOnlySpan<float> Continue(long[,] tokens);

    /// <summary>Forgets every semantic token and keeps the conditions.</summary>
    void Restart();
}

/// <summary>Chooses the decoder.</summary>
internal static class SemanticDecoders
{
    /// <param name="model">The model, on any device.</param>
    /// <param name="conditions">Condition ids of each sequence.</param>
    public static ISemanticDecoder For(SemanticLanguageModel model, long[][] conditions) =>
        new TensorDecoder(model, conditions, vectors: VectorStep.Suits(model, conditions.Length));
}
