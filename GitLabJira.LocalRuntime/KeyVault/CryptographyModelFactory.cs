#nullable disable // like the real package, which is not annotated

using Azure.Security.KeyVault.Keys.Cryptography;

namespace Azure.Security.KeyVault.Keys;

/// <summary>Makes results for tests that replace the client.</summary>
public static class CryptographyModelFactory
{
    public static UnwrapResult UnwrapResult(string keyId = null, byte[] key = null, KeyWrapAlgorithm algorithm = default) => new(keyId, key, algorithm);

    public static WrapResult WrapResult(string keyId = null, byte[] key = null, KeyWrapAlgorithm algorithm = default) => new(keyId, key, algorithm);
}
