using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using GitLabJira.Functions.GitLab.Model;

namespace GitLabJira.Functions.GitLab.Links;

/// <summary>Where a project's branches stood at the last look, so that the next one knows which of them moved. Names are kept as hashes only; of very many branches the newest.</summary>
public sealed class BranchHeads
{
    /// <summary>A column of a table holds 64 KiB.</summary>
    private const int Most = 1_700;
    private const int NameBytes = 8;
    private const int HeaderBytes = 13;

    private readonly Dictionary<ulong, string> _heads;
    private readonly HashSet<string> _shas;
    private readonly long _oldest;

    private BranchHeads(Dictionary<ulong, string> heads, int count, long oldest) =>
        (_heads, Count, _oldest, _shas) = (heads, count, oldest, heads.Values.ToHashSet(StringComparer.Ordinal));

    /// <summary>How many branches there were.</summary>
    public int Count { get; }

    public static BranchHeads Of(IReadOnlyCollection<GitLabBranch> branches)
    {
        var kept = branches.OrderByDescending(branch => branch.LastCommit.CommittedAt).Take(Most).ToList();
        var oldest = branches.Count > kept.Count ? kept[^1].LastCommit.CommittedAt.ToUnixTimeMilliseconds() : long.MinValue;
        var heads = new Dictionary<ulong, string>(kept.Count);

        foreach (var branch in kept)
        {
            heads[NameOf(branch.Name)] = branch.LastCommit.Sha;
        }

        return new BranchHeads(heads, branches.Count, oldest);
    }

    /// <summary>The last commit that the branch had; null when it was not there, or is not among those that are kept.</summary>
    public string? Find(string branch) => _heads.GetValueOrDefault(NameOf(branch));

    /// <summary>Whether the branch was moved or made since.</summary>
    public bool IsNews(GitLabBranch branch) => Find(branch.Name) is { } before
        ? !string.Equals(before, branch.LastCommit.Sha, StringComparison.Ordinal)
        : branch.LastCommit.CommittedAt.ToUnixTimeMilliseconds() >= _oldest;

    /// <summary>Whether some branch stood at this commit.</summary>
    public bool Holds(string sha) => _shas.Contains(sha);

    internal byte[] ToBytes()
    {
        var shaBytes = _heads.Values.FirstOrDefault() is { } sha ? sha.Length / 2 : 0;
        var bytes = new byte[HeaderBytes + (_heads.Count * (NameBytes + shaBytes))];
        bytes[0] = (byte)shaBytes;
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(1), Count);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(5), _oldest);
        var at = HeaderBytes;

        foreach (var (name, head) in _heads)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(at), name);
            Convert.FromHexString(head).CopyTo(bytes, at + NameBytes);
            at += NameBytes + shaBytes;
        }

        return bytes;
    }

    internal static BranchHeads? Parse(byte[]? bytes)
    {
        if (bytes is not { Length: >= HeaderBytes })
        {
            return null;
        }

        var shaBytes = bytes[0];
        var heads = new Dictionary<ulong, string>();

        for (var at = HeaderBytes; at + NameBytes + shaBytes <= bytes.Length; at += NameBytes + shaBytes)
        {
            heads[BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at))] = Convert.ToHexStringLower(bytes.AsSpan(at + NameBytes, shaBytes));
        }

        return new BranchHeads(heads, BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(1)), BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(5)));
    }

    private static ulong NameOf(string branch) => BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(branch)));
}
