using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Melody.Studio;

/// <summary>The log goes to standard error, which leaves standard output to results and to protocols.</summary>
internal static class StudioLogging
{
    /// <summary>Sets it up.</summary>
    public static void Configure(ILoggingBuilder logging, bool verbose)
    {
        logging.ClearProviders();
        logging.AddSimpleConsole(console => console.SingleLine = true);
        logging.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console =>
            console.LogToStandardErrorThreshold = LogLevel.Trace
        );
        logging.SetMinimumLevel(verbose ? LogLevel.Information : LogLevel.Warning);
        // what these tell, the answer tells
        logging.AddFilter("Microsoft.AspNetCore.Diagnostics", LogLevel.None);
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning); // it tells addresses, and these may hold a key
        logging.AddFilter("ModelContextProtocol", LogLevel.Critical);
        logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.Critical); // why it did not start, the tool tells
    }
}
