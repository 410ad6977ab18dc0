using System.Security.Cryptography;
using Azure;
using Azure.Security.KeyVault.Keys.Cryptography;
using Microsoft.Extensions.Options;

namespace GitLabJira.Functions.Sealing;

/// <summary>Wraps data keys with a key that never leaves Key Vault (RSA-OAEP-256).</summary>
/// <param name="clients">Makes a client for a key id.</param>
public sealed class KeyVaultKeyWrapper(IOptions<SealingOptions> options, Func<Uri, CryptographyClient> clients) : IKeyWrapper
{
    private readonly Uri _keyId = options.Value.KeyVaultKeyId ?? throw new InvalidOperationException($"{SealingOptions.Section}:{nameof(SealingOptions.KeyVaultKeyId)} is not set.");

    public async Task<WrappedKey> WrapAsync(byte[] dataKey, CancellationToken cancellationToken)
    {
        // A new client each time: one client stays with the version that it saw first, and wrapping is rare.
        var result = await clients(_keyId).WrapKeyAsync(KeyWrapAlgorithm.RsaOaep256, dataKey, cancellationToken);
        return new WrappedKey(result.KeyId, result.EncryptedKey);
    }

    public async Task<byte[]> UnwrapAsync(WrappedKey wrapped, CancellationToken cancellationToken)
    {
        // The id stands in a table row: whoever can write there shall not make us present our identity to another server.
        if (!Uri.TryCreate(wrapped.KeyId, UriKind.Absolute, out var keyId) || Uri.Compare(keyId, _keyId, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) != 0)
        {
            throw new CryptographicException("A data key was wrapped in another vault.");
        }

        try
        {
            // By the version that wrapped it, which stays enabled until everything is wrapped anew.
            return (await clients(keyId).UnwrapKeyAsync(KeyWrapAlgorithm.RsaOaep256, wrapped.Value, cancellationToken)).Key;
        }
        catch (RequestFailedException refused) when (refused.Status is 400)
        {
            throw new CryptographicException("A wrapped data key was altered.", refused);
        }
    }
}
