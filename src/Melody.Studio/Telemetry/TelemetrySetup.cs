using System.Collections;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Melody.Studio.Telemetry;

/// <summary>Where meters, traces and the log go: to whoever reads /metrics, and to a collector where one is named.</summary>
internal static class TelemetrySetup
{
    /// <summary>OpenTelemetry's own variables of this process (OTEL_...): the collector, its protocol, the name of the service.</summary>
    public static IReadOnlyDictionary<string, string?> ProcessVariables { get; } =
        Environment
            .GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .Where(variable => ((string)variable.Key).StartsWith("OTEL_", StringComparison.Ordinal))
            .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value, StringComparer.Ordinal);

    /// <summary>Sets it up.</summary>
    /// <param name="services">Where.</param>
    /// <param name="configuration">The host's, in which OpenTelemetry looks for its variables.</param>
    /// <param name="variables">Those variables.</param>
    /// <param name="serves">Whether requests are told too.</param>
    public static void Add(
        IServiceCollection services,
        IConfigurationBuilder configuration,
        IReadOnlyDictionary<string, string?> variables,
        bool serves
    )
    {
        configuration.AddInMemoryCollection(variables);
        var telemetry = services
            .AddOpenTelemetry()
            .ConfigureResource(resource =>
                resource.Clear().AddService("melody", serviceVersion: Version).AddTelemetrySdk().AddEnvironmentVariableDetector()
            )
            .WithMetrics(metrics => metrics.AddMeter(StudioTelemetry.Name).AddPrometheusExporter())
            .WithTracing(traces => traces.AddSource(StudioTelemetry.Name));
        if (serves)
            telemetry
                .WithMetrics(metrics => metrics.AddAspNetCoreInstrumentation())
                .WithTracing(traces => traces.AddAspNetCoreInstrumentation());
        if (variables.Any(NamesCollector))
            telemetry.UseOtlpExporter();
    }

    // one for all, or one of its own for traces, metrics or logs
    private static bool NamesCollector(KeyValuePair<string, string?> variable) =>
        variable.Key.StartsWith("OTEL_EXPORTER_OTLP_", StringComparison.Ordinal)
        && variable.Key.EndsWith("ENDPOINT", StringComparison.Ordinal)
        && variable.Value is { Length: > 0 };

    private static string? Version => typeof(TelemetrySetup).Assembly.GetName().Version?.ToString(3);
}
