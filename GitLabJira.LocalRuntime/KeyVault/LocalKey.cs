using System.Security.Cryptography;
using Azure.Security.KeyVault.Keys.Cryptography;

namespace Azure.Security.KeyVault.Keys;

/// <summary>Key material in this process: with the public half it wraps, with the private half it unwraps as well.</summary>
/// <param name="localOnly">There is no vault to turn to.</param>
internal sealed class LocalKey(JsonWebKey? key, bool localOnly, DateTimeOffset? notBefore = null, DateTimeOffset? expires = null)
{
    /// <summary>The vault does not show the key to this caller, or it is of a kind that only the vault uses: everything goes there.</summary>
    public static LocalKey Hidden { get; } = new(key: null, localOnly: false);

    /// <returns>Null when the vault must do it.</returns>
    public WrapResult? Wrap(KeyWrapAlgorithm algorithm, byte[] plain)
    {
        ArgumentNullException.ThrowIfNull(plain);

        if (!Can(KeyOperation.WrapKey) || Padding(algorithm) is not { } padding)
        {
            return null;
        }

        ThrowIfOutOfTime();

        try
        {
            using var rsa = key!.ToRSA();
            return new(key.Id, rsa.Encrypt(plain, padding), algorithm);
        }
        catch (CryptographicException) when (!localOnly)
        {
            return null;
        }
    }

    /// <returns>Null when the vault must do it: it never shows the private half.</returns>
    public UnwrapResult? Unwrap(KeyWrapAlgorithm algorithm, byte[] wrapped)
    {
        ArgumentNullException.ThrowIfNull(wrapped);

        if (!Can(KeyOperation.UnwrapKey) || Padding(algorithm) is not { } padding || (!localOnly && key!.D is null))
        {
            return null;
        }

        using var rsa = key!.ToRSA(includePrivateParameters: true);
        return new(key.Id, rsa.Decrypt(wrapped, padding), algorithm);
    }

    private static RSAEncryptionPadding? Padding(KeyWrapAlgorithm algorithm) =>
        algorithm == KeyWrapAlgorithm.RsaOaep256 ? RSAEncryptionPadding.OaepSHA256
        : algorithm == KeyWrapAlgorithm.RsaOaep ? RSAEncryptionPadding.OaepSHA1
        : algorithm == KeyWrapAlgorithm.Rsa15 ? RSAEncryptionPadding.Pkcs1
        : null;

    private bool Can(KeyOperation operation) =>
        key is not null && (key.KeyType == KeyType.Rsa || key.KeyType == KeyType.RsaHsm) && key.KeyOps.Contains(operation);

    private void ThrowIfOutOfTime()
    {
        var now = TimeProvider.System.GetUtcNow();

        if (now < notBefore || now > expires)
        {
            throw new InvalidOperationException("The key is not valid at this time.");
        }
    }
}
