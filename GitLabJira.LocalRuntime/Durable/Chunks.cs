using Azure.Data.Tables;

namespace GitLabJira.LocalRuntime.Durable;

/// <summary>
/// Bytes in the properties of a row. A property holds 64 KiB and a row 1 MiB (https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model),
/// which the emulator does not enforce.
/// </summary>
internal static class Chunks
{
    public const int PerProperty = 64 * 1024;

    public const int PerRow = 14 * PerProperty;

    public static void Write(TableEntity row, ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, PerRow, nameof(bytes));

        for (var i = 0; i * PerProperty < bytes.Length; i++)
        {
            row[$"C{i}"] = bytes.Slice(i * PerProperty, Math.Min(PerProperty, bytes.Length - (i * PerProperty))).ToArray();
        }
    }

    public static byte[] Read(TableEntity row)
    {
        if (!row.ContainsKey("C1"))
        {
            return row.GetBinary("C0") ?? [];
        }

        using var bytes = new MemoryStream();
        for (var i = 0; row.GetBinary($"C{i}") is { } chunk; i++)
        {
            bytes.Write(chunk);
        }

        return bytes.ToArray();
    }
}
