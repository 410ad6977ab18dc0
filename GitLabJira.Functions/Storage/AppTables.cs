using System.Collections.Concurrent;
using System.Globalization;
using Azure.Data.Tables;
using Microsoft.Extensions.Options;

namespace GitLabJira.Functions.Storage;

/// <summary>The app's tables by their names in the design.</summary>
public sealed class AppTables(TableServiceClient service, IOptions<StorageOptions> options)
{
    private const string DayFormat = "yyyyMMdd";

    private readonly ConcurrentDictionary<string, AppTable> _tables = new(StringComparer.Ordinal);

    public AppTable Get(string name) =>
        _tables.GetOrAdd(name, static (name, self) => new AppTable(self.Service.GetTableClient(self.Prefix + name)), (Service: service, Prefix: options.Value.TablePrefix));

    /// <summary>The table that begins on this day, such as <c>Looks20261122</c>. Register the name with <see cref="StorageRegistration.AddDatedTable"/>, else its tables are never dropped.</summary>
    public AppTable Get(string name, DateOnly day) => Get(name + day.ToString(DayFormat, CultureInfo.InvariantCulture));

    /// <summary>Drops the tables of this name whose day is before <paramref name="day"/>.</summary>
    /// <returns>How many.</returns>
    public async Task<int> DropBeforeAsync(string name, DateOnly day, CancellationToken cancellationToken)
    {
        var prefix = options.Value.TablePrefix + name;
        var (from, before) = (prefix + "0", prefix + day.ToString(DayFormat, CultureInfo.InvariantCulture));
        var dropped = 0;

        await foreach (var table in service.QueryAsync(TableClient.CreateQueryFilter($"TableName ge {from} and TableName lt {before}"), cancellationToken: cancellationToken))
        {
            if (DateOnly.TryParseExact(table.Name.AsSpan(prefix.Length), DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
            {
                await service.DeleteTableAsync(table.Name, cancellationToken);
                dropped++;
            }
        }

        return dropped;
    }
}
