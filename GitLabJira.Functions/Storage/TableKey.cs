using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace GitLabJira.Functions.Storage;

/// <summary>Builds the keys of table rows (design 5). Unlike values give unlike keys, whatever stands in them: what Azure forbids or what separates parts is written as <c>=XX</c>.</summary>
public static class TableKey
{
    // Azure allows 1 KiB a key and counts UTF-16, so 512 characters: four parts and their separators fit.
    private const int LongestPart = 126;

    private static readonly SearchValues<char> Plain = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~-");

    /// <summary>One key of one or several parts, joined by <c>!</c>, which stands in no part.</summary>
    public static string Of(params ReadOnlySpan<string> parts)
    {
        var key = new StringBuilder();

        foreach (var part in parts)
        {
            if (key.Length > 0)
            {
                key.Append('!');
            }

            key.Append(Part(part));
        }

        return key.ToString();
    }

    private static string Part(string value)
    {
        // An empty part would leave no trace in a joined key, and a row may have no empty key.
        if (value.Length == 0)
        {
            return "=";
        }

        if (value.Length <= LongestPart && !value.AsSpan().ContainsAnyExcept(Plain))
        {
            return value;
        }

        var key = new StringBuilder();
        Span<byte> utf8 = stackalloc byte[4];

        for (var rest = value.AsSpan(); rest.Length > 0;)
        {
            var whole = Rune.DecodeFromUtf16(rest, out var rune, out var used) == OperationStatus.Done;

            if (!whole)
            {
                // Half a surrogate pair has no UTF-8; a replacement character would make two keys one.
                key.Append(CultureInfo.InvariantCulture, $"=u{(int)rest[0]:X4}");
            }
            else if (rune.IsAscii && Plain.Contains((char)rune.Value))
            {
                key.Append((char)rune.Value);
            }
            else
            {
                foreach (var unit in utf8[..rune.EncodeToUtf8(utf8)])
                {
                    key.Append(CultureInfo.InvariantCulture, $"={unit:X2}");
                }
            }

            if (key.Length > LongestPart)
            {
                // No written value holds "=h", so a hash never equals one.
                return "=h" + Convert.ToHexStringLower(SHA256.HashData(Encoding.Unicode.GetBytes(value)));
            }

            rest = rest[used..];
        }

        return key.ToString();
    }
}
