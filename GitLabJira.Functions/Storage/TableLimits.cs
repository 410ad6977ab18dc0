using System.Buffers;
using System.Text;
using Azure.Data.Tables;

namespace GitLabJira.Functions.Storage;

/// <summary>Azure's limits on table rows and transactions, checked before each write: the storage emulator accepts what Azure refuses. See https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model.</summary>
public static class TableLimits
{
    public const int EntityBytes = 1024 * 1024;
    public const int PropertyBytes = 64 * 1024;
    public const int Properties = 252;
    public const int KeyBytes = 1024;
    public const int TransactionRows = 100;
    public const int TransactionBytes = 4 * 1024 * 1024;

    private static readonly DateTimeOffset EarliestDate = new(1601, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // What a row costs in a transaction besides its values: part headers and its address.
    private const int TransactionOverhead = 1024;

    private static readonly SearchValues<char> KeyCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~-=!");

    /// <exception cref="ArgumentException">Azure would refuse the row.</exception>
    public static void Check(TableEntity entity)
    {
        CheckKey(nameof(TableEntity.PartitionKey), entity.PartitionKey);
        CheckKey(nameof(TableEntity.RowKey), entity.RowKey);

        var size = 4L + (2L * (entity.PartitionKey.Length + entity.RowKey.Length));
        var count = 0;

        foreach (var (name, value) in entity)
        {
            if (IsSystem(name) || value is null)
            {
                continue;
            }

            if (value is DateTimeOffset at && at < EarliestDate)
            {
                throw new ArgumentException($"Column {name} holds a time before {EarliestDate.Year}, which a table does not.", nameof(entity));
            }

            count++;
            var bytes = Size(name, value);

            if (bytes > PropertyBytes)
            {
                throw new ArgumentException($"Column {name} has {bytes} bytes; a column holds at most {PropertyBytes}.", nameof(entity));
            }

            size += 8 + (2L * name.Length) + bytes + (value is string or byte[] or BinaryData ? 4 : 0);
        }

        if (count > Properties)
        {
            throw new ArgumentException($"The row has {count} columns; a row holds at most {Properties}.", nameof(entity));
        }

        if (size > EntityBytes)
        {
            throw new ArgumentException($"The row has {size} bytes; a row holds at most {EntityBytes}.", nameof(entity));
        }
    }

    /// <exception cref="ArgumentException">Azure would refuse the transaction.</exception>
    public static void Check(IReadOnlyList<TableTransactionAction> actions)
    {
        if (actions.Count is 0 or > TransactionRows)
        {
            throw new ArgumentException($"A transaction has 1 to {TransactionRows} rows, not {actions.Count}.", nameof(actions));
        }

        var rows = new HashSet<string>(StringComparer.Ordinal);
        var size = 0L;

        foreach (var action in actions)
        {
            if (!string.Equals(action.Entity.PartitionKey, actions[0].Entity.PartitionKey, StringComparison.Ordinal))
            {
                throw new ArgumentException("A transaction stays in one partition.", nameof(actions));
            }

            if (!rows.Add(action.Entity.RowKey))
            {
                throw new ArgumentException("A transaction names a row once.", nameof(actions));
            }

            Check((TableEntity)action.Entity);
            size += TransactionSize(action);
        }

        if (size > TransactionBytes)
        {
            throw new ArgumentException($"The transaction has about {size} bytes; one holds at most {TransactionBytes}.", nameof(actions));
        }
    }

    /// <summary>Whether a transaction holds so many rows, by their number and size.</summary>
    public static bool IsOneTransaction(IEnumerable<TableTransactionAction> actions) => Cut(actions).Take(2).Count() < 2;

    /// <summary>Cuts rows of one partition into transactions that keep the limits, in order.</summary>
    public static IEnumerable<IReadOnlyList<TableTransactionAction>> Cut(IEnumerable<TableTransactionAction> actions)
    {
        var part = new List<TableTransactionAction>();
        var size = 0L;

        foreach (var action in actions)
        {
            var next = TransactionSize(action);

            if (part.Count == TransactionRows || (part.Count > 0 && size + next > TransactionBytes))
            {
                yield return part;
                part = [];
                size = 0;
            }

            part.Add(action);
            size += next;
        }

        if (part.Count > 0)
        {
            yield return part;
        }
    }

    private static void CheckKey(string column, string? key)
    {
        if (string.IsNullOrEmpty(key) || key.Length * 2 > KeyBytes || key.AsSpan().ContainsAnyExcept(KeyCharacters))
        {
            throw new ArgumentException($"{column} is not a key built by {nameof(TableKey)}, or longer than {KeyBytes} bytes.", nameof(key));
        }
    }

    private static bool IsSystem(string name) => name is "PartitionKey" or "RowKey" or "Timestamp" or "odata.etag";

    private static long Size(string name, object value) => value switch
    {
        string text => 2L * text.Length,
        byte[] bytes => bytes.LongLength,
        BinaryData data => data.ToMemory().Length,
        bool => 1,
        int => 4,
        long or double or DateTime or DateTimeOffset => 8,
        Guid => 16,
        _ => throw new ArgumentException($"Column {name} has the type {value.GetType().Name}, which a table does not hold.", nameof(value)),
    };

    // On the wire: JSON in a multipart body, bytes as base64.
    private static long TransactionSize(TableTransactionAction action)
    {
        var entity = (TableEntity)action.Entity;
        var size = TransactionOverhead + (2L * (entity.PartitionKey.Length + entity.RowKey.Length));

        foreach (var (name, value) in entity)
        {
            size += (2 * name.Length) + 48 + value switch
            {
                // Quotes, backslashes and what is not ASCII may take six characters.
                string text => Encoding.UTF8.GetByteCount(text) + (6L * text.Count(character => character is < ' ' or '"' or '\\' or '<' or '>' or '&' or '\'' or '+' or > '~')),
                byte[] bytes => ((bytes.LongLength + 2) / 3) * 4,
                BinaryData data => ((data.ToMemory().Length + 2L) / 3) * 4,
                _ => 40,
            };
        }

        return size;
    }
}
