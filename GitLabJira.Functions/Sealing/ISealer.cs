namespace GitLabJira.Functions.Sealing;

/// <summary>Names the place a sealed value belongs to. It is authenticated with the value, so that a copy moved elsewhere does not open.</summary>
public sealed record SealContext(string Table, string PartitionKey, string RowKey, string Column);

/// <summary>Seals secrets and bodies at rest (AES-256-GCM under a data key that the key vault wraps).</summary>
public interface ISealer
{
    Task<byte[]> SealAsync(ReadOnlyMemory<byte> plaintext, SealContext context, CancellationToken cancellationToken);

    /// <exception cref="System.Security.Cryptography.CryptographicException">The value was altered, moved or sealed with an unknown key.</exception>
    Task<byte[]> OpenAsync(ReadOnlyMemory<byte> sealedValue, SealContext context, CancellationToken cancellationToken);
}
