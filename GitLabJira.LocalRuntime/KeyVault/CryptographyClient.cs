#nullable disable // like the real package, which is not annotated

using Azure.Core;
using Azure.Core.Cryptography;

namespace Azure.Security.KeyVault.Keys.Cryptography;

/// <summary>
/// Wraps and unwraps keys with a key of a vault. Like the real client it first asks for the key and then wraps with the public half in this process;
/// what it may not see or cannot do goes to the vault, unwrapping always.
/// </summary>
public class CryptographyClient : IKeyEncryptionKey
{
    private readonly string _keyId;
    private readonly RemoteKey _remote;
    private LocalKey _local;

    public CryptographyClient(Uri keyId, TokenCredential credential)
        : this(keyId, credential, options: null)
    {
    }

    public CryptographyClient(Uri keyId, TokenCredential credential, CryptographyClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(keyId);
        ArgumentNullException.ThrowIfNull(credential);

        _keyId = keyId.ToString();
        _remote = new(keyId, credential, options ?? new());
    }

    public CryptographyClient(JsonWebKey key)
        : this(key, options: null)
    {
    }

    public CryptographyClient(JsonWebKey key, LocalCryptographyClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(key);
        _ = options;

        _keyId = key.Id;
        _local = new(key, localOnly: true);
    }

    /// <summary>For mocking.</summary>
    protected CryptographyClient()
    {
    }

    public virtual string KeyId => _keyId;

    public virtual WrapResult WrapKey(KeyWrapAlgorithm algorithm, byte[] key, CancellationToken cancellationToken = default)
    {
        _local ??= _remote.Get(cancellationToken);

        if (_local.Wrap(algorithm, key) is { } result)
        {
            return result;
        }

        var (keyId, value) = Remote(nameof(WrapKey)).Run("wrapKey", algorithm, key, cancellationToken);
        return new(keyId, value, algorithm);
    }

    public virtual async Task<WrapResult> WrapKeyAsync(KeyWrapAlgorithm algorithm, byte[] key, CancellationToken cancellationToken = default)
    {
        _local ??= await _remote.GetAsync(cancellationToken);

        if (_local.Wrap(algorithm, key) is { } result)
        {
            return result;
        }

        var (keyId, value) = await Remote(nameof(WrapKey)).RunAsync("wrapKey", algorithm, key, cancellationToken);
        return new(keyId, value, algorithm);
    }

    public virtual UnwrapResult UnwrapKey(KeyWrapAlgorithm algorithm, byte[] encryptedKey, CancellationToken cancellationToken = default)
    {
        _local ??= _remote.Get(cancellationToken);

        if (_local.Unwrap(algorithm, encryptedKey) is { } result)
        {
            return result;
        }

        var (keyId, value) = Remote(nameof(UnwrapKey)).Run("unwrapKey", algorithm, encryptedKey, cancellationToken);
        return new(keyId, value, algorithm);
    }

    public virtual async Task<UnwrapResult> UnwrapKeyAsync(KeyWrapAlgorithm algorithm, byte[] encryptedKey, CancellationToken cancellationToken = default)
    {
        _local ??= await _remote.GetAsync(cancellationToken);

        if (_local.Unwrap(algorithm, encryptedKey) is { } result)
        {
            return result;
        }

        var (keyId, value) = await Remote(nameof(UnwrapKey)).RunAsync("unwrapKey", algorithm, encryptedKey, cancellationToken);
        return new(keyId, value, algorithm);
    }

    byte[] IKeyEncryptionKey.WrapKey(string algorithm, ReadOnlyMemory<byte> key, CancellationToken cancellationToken) =>
        WrapKey(algorithm, key.ToArray(), cancellationToken).EncryptedKey;

    async Task<byte[]> IKeyEncryptionKey.WrapKeyAsync(string algorithm, ReadOnlyMemory<byte> key, CancellationToken cancellationToken) =>
        (await WrapKeyAsync(algorithm, key.ToArray(), cancellationToken)).EncryptedKey;

    byte[] IKeyEncryptionKey.UnwrapKey(string algorithm, ReadOnlyMemory<byte> encryptedKey, CancellationToken cancellationToken) =>
        UnwrapKey(algorithm, encryptedKey.ToArray(), cancellationToken).Key;

    async Task<byte[]> IKeyEncryptionKey.UnwrapKeyAsync(string algorithm, ReadOnlyMemory<byte> encryptedKey, CancellationToken cancellationToken) =>
        (await UnwrapKeyAsync(algorithm, encryptedKey.ToArray(), cancellationToken)).Key;

    private RemoteKey Remote(string operation) =>
        _remote ?? throw new NotSupportedException($"Operation {operation} not supported with the given key");
}
