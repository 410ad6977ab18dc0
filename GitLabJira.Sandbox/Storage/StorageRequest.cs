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
/// <param name="Resource">The table, queue or container; <c>$batch</c> for a transaction, whose table stands in its body.</param>
public sealed record StorageRequest(StorageService Service, string Method, string Resource)
{
    /// <summary>Nothing is changed by it.</summary>
    public bool IsRead => Method is "GET" or "HEAD";

    internal static StorageRequest Of(StorageService service, HttpRequest request)
    {
        // /account/resource…; of a table: /account/Table(PartitionKey='…',RowKey='…').
        var resource = (request.Path.Value ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries).ElementAtOrDefault(1) ?? "";
        var end = resource.IndexOf('(', StringComparison.Ordinal);
        var method = request.Headers["X-HTTP-Method"] is [{ } tunnelled] ? tunnelled : request.Method;
        return new StorageRequest(service, method, end < 0 ? resource : resource[..end]);
    }
}
