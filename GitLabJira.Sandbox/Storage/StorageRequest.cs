using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace GitLabJira.Sandbox.Storage;

public enum StorageService
{
    Blob,
    Queue,
    Table,
}

/// <summary>What becomes of a request to the storage.</summary>
public enum StorageFault
{
    /// <summary>It is answered.</summary>
    None,

    /// <summary>503, without having been looked at.</summary>
    Busy,

    /// <summary>The connection closes before the storage hears of it.</summary>
    Drop,

    /// <summary>It is carried out, and the connection closes before the answer: the sender cannot know.</summary>
    LoseAnswer,

    /// <summary>The process that sent it dies before it is carried out.</summary>
    KillBefore,

    /// <summary>The process that sent it dies when it has been carried out.</summary>
    KillAfter,
}

/// <summary>A request as a door sees it.</summary>
/// <param name="Resource">The table, queue or container.</param>
public sealed partial record StorageRequest(StorageService Service, string Method, string Resource)
{
    private const string Transaction = "$batch";

    private static readonly string[] Hosts = ["LocalRuntime", "GitLabJira"];

    /// <summary>It sends a message.</summary>
    public bool IsMessage => Service is StorageService.Queue && Method is "POST";

    /// <summary>The host asks it, not the app: it takes messages, keeps the state of orchestrations and of its timers, and makes tables.</summary>
    public bool IsOfTheHost => Service is StorageService.Queue ? !IsMessage : Array.Exists(Hosts, host => Resource.StartsWith(host, StringComparison.Ordinal)) || Resource == "Tables";

    internal static async Task<StorageRequest> OfAsync(StorageService service, HttpRequest request)
    {
        // /account/resource…; of a row: /account/Table(PartitionKey='…',RowKey='…').
        var resource = (request.Path.Value ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries).ElementAtOrDefault(1) ?? "";

        if (resource == Transaction)
        {
            return new StorageRequest(service, "TRANSACTION", await TableOfAsync(request));
        }

        var end = resource.IndexOf('(', StringComparison.Ordinal);
        return new StorageRequest(service, request.Method, end < 0 ? resource : resource[..end]);
    }

    /// <summary>All parts of a transaction are of one table; the first says which.</summary>
    private static async Task<string> TableOfAsync(HttpRequest request)
    {
        request.EnableBuffering();
        using var reader = new StreamReader(request.Body, Encoding.UTF8, leaveOpen: true);
        var first = Part().Match(await reader.ReadToEndAsync(request.HttpContext.RequestAborted));
        request.Body.Position = 0;
        return first.Groups["table"].Value;
    }

    [GeneratedRegex("^[A-Z]+ https?://[^/]+/[^/]+/(?<table>[A-Za-z0-9]+)", RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Part();
}
