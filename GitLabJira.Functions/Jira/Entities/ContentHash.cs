using System.Security.Cryptography;
using System.Text;

namespace GitLabJira.Functions.Jira.Entities;

/// <summary>What is the same to Jira has the same hash, and is not sent again (design 6.2).</summary>
public static class ContentHash
{
    /// <summary>Of a deletion.</summary>
    public const string Deleted = "deleted";

    public static string Of(EntityChange change)
    {
        if (change.Body is not { } body)
        {
            return Deleted;
        }

        // The repository's head travels with each entity: a renamed project is news.
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, body.GetRawText());
        Append(hash, change.Repository?.Name);
        Append(hash, change.Repository?.Url);
        Append(hash, change.Repository?.Description);
        Append(hash, change.Repository?.Avatar);
        return Convert.ToHexStringLower(hash.GetCurrentHash().AsSpan(0, 16));
    }

    private static void Append(IncrementalHash hash, string? part)
    {
        hash.AppendData(Encoding.UTF8.GetBytes(part ?? ""));
        hash.AppendData([0]);
    }
}
