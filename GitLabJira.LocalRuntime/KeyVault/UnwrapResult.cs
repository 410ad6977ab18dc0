#nullable disable // like the real package, which is not annotated

namespace Azure.Security.KeyVault.Keys.Cryptography;

/// <summary>An unwrapped key.</summary>
public class UnwrapResult
{
    internal UnwrapResult(string keyId, byte[] key, KeyWrapAlgorithm algorithm) => (KeyId, Key, Algorithm) = (keyId, key, algorithm);

    public string KeyId { get; }

    public byte[] Key { get; }

    public KeyWrapAlgorithm Algorithm { get; }
}
