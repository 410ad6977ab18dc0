namespace GitLabJira.Functions.Sealing;

/// <summary>A data key as it is stored.</summary>
/// <param name="KeyId">Which key wrapped it: after a rotation the older ones still unwrap.</param>
public sealed record WrappedKey(string KeyId, byte[] Value)
{
    public override string ToString() => KeyId;
}

/// <summary>Wraps data keys with a key that never leaves its place: Key Vault in Azure, a file on a developer's machine.</summary>
public interface IKeyWrapper
{
    Task<WrappedKey> WrapAsync(byte[] dataKey, CancellationToken cancellationToken);

    /// <exception cref="System.Security.Cryptography.CryptographicException">The wrapped key was altered, or its key is none of ours.</exception>
    Task<byte[]> UnwrapAsync(WrappedKey wrapped, CancellationToken cancellationToken);
}
