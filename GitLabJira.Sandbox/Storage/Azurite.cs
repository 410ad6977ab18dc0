using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;

namespace GitLabJira.Sandbox.Storage;

/// <summary>A storage emulator of our own on free ports, which keeps everything in memory; it ends with this process, however that ends.</summary>
public sealed partial class Azurite : IAsyncDisposable
{
    // Published with the emulator: https://learn.microsoft.com/azure/storage/common/storage-use-azurite#well-known-storage-account-and-key
    private const string Account = "devstoreaccount1";
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private Azurite(Process process, string connectionString)
    {
        _process = process;
        ConnectionString = connectionString;
    }

    public string ConnectionString { get; }

    public static async Task<Azurite> StartAsync(CancellationToken cancellationToken = default)
    {
        var process = Start();
        try
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            timeout.CancelAfter(Patience);
            var connectionString = await ReadAddressesAsync(process, timeout.Token);

            // Nobody reading would block it once a pipe is full.
            _ = DrainAsync(process.StandardOutput);
            _ = DrainAsync(process.StandardError);
            return new(process, connectionString);
        }
        catch
        {
            await StopAsync(process);
            throw;
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync(_process);

    private static Process Start()
    {
        var script = typeof(Azurite).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(a => string.Equals(a.Key, "AzuriteScript", StringComparison.Ordinal))?.Value
            ?? throw new InvalidOperationException("The project that starts Azurite must import Azurite.targets.");

        return Process.Start(new ProcessStartInfo(
            "node",
            [
                script, "--silent",
                // On disk it would write all of its tables anew every five seconds.
                "--inMemoryPersistence",
                "--blobPort", "0", "--queuePort", "0", "--tablePort", "0",
                "--skipApiVersionCheck", "--disableTelemetry",
            ])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }) ?? throw new InvalidOperationException("Azurite did not start.");
    }

    private static async Task<string> ReadAddressesAsync(Process process, CancellationToken cancellationToken)
    {
        var endpoints = new Dictionary<string, string>(StringComparer.Ordinal);
        while (endpoints.Count < 3)
        {
            if (await process.StandardOutput.ReadLineAsync(cancellationToken) is not { } line)
            {
                var errors = await process.StandardError.ReadToEndAsync(cancellationToken);
                throw new InvalidOperationException($"Azurite ended before it listened. {errors}");
            }

            if (Listening().Match(line) is { Success: true } match)
            {
                endpoints[match.Groups["service"].Value] = match.Groups["address"].Value;
            }
        }

        return string.Join(';', [
            "DefaultEndpointsProtocol=http", $"AccountName={Account}", $"AccountKey={Key}",
            .. endpoints.Select(e => $"{e.Key}Endpoint={e.Value}/{Account}"),
        ]);
    }

    private static async Task DrainAsync(StreamReader output)
    {
        try
        {
            while (await output.ReadLineAsync() is not null)
            {
                // What it says after its start is of no interest.
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // It has been stopped.
        }
    }

    private static async Task StopAsync(Process process)
    {
        using (process)
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }

            await process.WaitForExitAsync();
        }
    }

    [GeneratedRegex(@"^Azurite (?<service>Blob|Queue|Table) service is successfully listening at (?<address>http://[\d.:]+)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Listening();
}
