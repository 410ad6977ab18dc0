#nullable disable // like the real package, which is not annotated

namespace Azure.Security.KeyVault.Keys.Cryptography;

/// <summary>A wrapped key. Store the key id beside it: after a rotation only that version unwraps it.</summary>
public class WrapResult
{
    internal WrapResult(string keyId, byte[] encryptedKey, KeyWrapAlgorithm algorithm) => (KeyId, EncryptedKey, Algorithm) = (keyId, encryptedKey, algorithm);

    public string KeyId { get; }

    public byte[] EncryptedKey { get; }

    public KeyWrapAlgorithm Algorithm { get; }
}
