using System.Security.Cryptography;

namespace GitLabJira.Functions.GitLab.Links;

public enum LinkLookup
{
    Unknown,
    Unlinked,
    Known,
}

/// <summary>The links that other features see. Writing belongs to Configuration, except for the fields named here.</summary>
public interface ILinks
{
    /// <summary>Finds a link by its id alone, as a webhook names it. Cached for 30 s unless <paramref name="fresh"/>.</summary>
    Task<(LinkLookup Lookup, Link? Link)> FindAsync(Guid linkId, bool fresh, CancellationToken cancellationToken);

    Task<Link?> GetAsync(string clientKey, Guid linkId, CancellationToken cancellationToken);

    IAsyncEnumerable<Link> ListAsync(string clientKey, CancellationToken cancellationToken);

    /// <summary>Reads the row, applies <paramref name="change"/> and writes it by ETag, again from the start when somebody else wrote meanwhile.</summary>
    /// <param name="change">Returns null to leave the row alone.</param>
    /// <returns>The row as it stands now; null when it is gone.</returns>
    Task<Link?> UpdateAsync(string clientKey, Guid linkId, Func<Link, Link?> change, CancellationToken cancellationToken);

    /// <summary>The hook token and signing token issued for this link and hook, oldest last (two are valid while a secret is rotated).</summary>
    Task<IReadOnlyList<HookSecret>> HookSecretsAsync(Link link, CancellationToken cancellationToken);
}

/// <summary>What a delivery must carry: the plain token, and the signing token (<c>whsec_…</c>) where the instance supports it.</summary>
/// <param name="IssuedAt">Null for one that came with its link, before this was kept.</param>
public sealed record HookSecret(string Token, string SigningToken, DateTimeOffset? IssuedAt = null)
{
    public static HookSecret New(DateTimeOffset now) => new(
        Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)),
        // Standard Webhooks: whsec_ and base64 of the key.
        "whsec_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
        now);

    public override string ToString() => nameof(HookSecret);
}
