#nullable disable // like the real package, which is not annotated

namespace Azure.Security.KeyVault.Keys;

/// <summary>A key's address, taken apart: <c>https://{vault}/keys/{name}/{version?}</c>.</summary>
public readonly struct KeyVaultKeyIdentifier : IEquatable<KeyVaultKeyIdentifier>
{
    public KeyVaultKeyIdentifier(Uri id)
    {
        ArgumentNullException.ThrowIfNull(id);

        if (!TryCreate(id, out this))
        {
            throw new ArgumentException($"{id} is not a valid key ID", nameof(id));
        }
    }

    private KeyVaultKeyIdentifier(Uri id, string name, string version)
    {
        SourceId = id;
        VaultUri = new Uri($"{id.Scheme}://{id.Authority}");
        Name = name;
        Version = version;
    }

    public Uri SourceId { get; }

    public Uri VaultUri { get; }

    public string Name { get; }

    /// <summary>Null for the current version.</summary>
    public string Version { get; }

    public static bool TryCreate(Uri id, out KeyVaultKeyIdentifier identifier)
    {
        identifier = default;

        if (id is not { IsAbsoluteUri: true } || id.Segments is not ([_, "keys/", _] or [_, "keys/", _, _]))
        {
            return false;
        }

        identifier = new(id, id.Segments[2].Trim('/'), id.Segments.Length > 3 ? id.Segments[3].Trim('/') : null);
        return true;
    }

    public bool Equals(KeyVaultKeyIdentifier other) => SourceId == other.SourceId;

    public override bool Equals(object obj) => obj is KeyVaultKeyIdentifier other && Equals(other);

    public override int GetHashCode() => SourceId?.GetHashCode() ?? 0;

    public override string ToString() => SourceId?.ToString();
}
