using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace GitLabJira.Functions.Sealing;

/// <summary>Wraps data keys with the key of a file (AES-256-GCM), where there is no Key Vault: on a developer's machine.</summary>
public sealed class LocalFileKeyWrapper(IOptions<SealingOptions> options) : IKeyWrapper
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly Lazy<LocalKey> _key = new(() => LocalKeyFile.ReadOrMake(options.Value.LocalKeyFile));

    public Task<WrappedKey> WrapAsync(byte[] dataKey, CancellationToken cancellationToken)
    {
        var key = _key.Value;
        var value = new byte[NonceBytes + dataKey.Length + TagBytes];
        RandomNumberGenerator.Fill(value.AsSpan(0, NonceBytes));

        using var aes = new AesGcm(key.Key, TagBytes);
        aes.Encrypt(value.AsSpan(0, NonceBytes), dataKey, value.AsSpan(NonceBytes, dataKey.Length), value.AsSpan(^TagBytes..), Encoding.UTF8.GetBytes(key.Id));
        return Task.FromResult(new WrappedKey(key.Id, value));
    }

    public Task<byte[]> UnwrapAsync(WrappedKey wrapped, CancellationToken cancellationToken)
    {
        var key = _key.Value;

        if (!string.Equals(wrapped.KeyId, key.Id, StringComparison.Ordinal) || wrapped.Value.Length < NonceBytes + TagBytes)
        {
            throw new CryptographicException($"A data key was wrapped with another key than the one in {SealingOptions.Section}:{nameof(SealingOptions.LocalKeyFile)}.");
        }

        var value = wrapped.Value.AsSpan();
        var dataKey = new byte[value.Length - NonceBytes - TagBytes];

        using var aes = new AesGcm(key.Key, TagBytes);
        aes.Decrypt(value[..NonceBytes], value[NonceBytes..^TagBytes], value[^TagBytes..], dataKey, Encoding.UTF8.GetBytes(key.Id));
        return Task.FromResult(dataKey);
    }
}
