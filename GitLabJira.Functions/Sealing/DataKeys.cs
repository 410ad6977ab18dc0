using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace GitLabJira.Functions.Sealing;

/// <summary>The keys that seal values, unwrapped in memory. The wrapper is asked once per data key and process.</summary>
/// <remarks>Each month has its data key, so that none seals more values than random nonces allow (2^32, NIST SP 800-38D 8.3), and all processes name it alike without asking each other.</remarks>
public sealed class DataKeys(IDataKeyRows rows, IKeyWrapper wrapper, TimeProvider clock)
{
    private const int KeyBytes = 32;

    private readonly ConcurrentDictionary<uint, Lazy<Task<byte[]?>>> _keys = new();

    /// <summary>The key to seal with now; made when this is its first use anywhere.</summary>
    public async Task<(uint Id, byte[] Key)> CurrentAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var id = (uint)((now.Year * 100) + now.Month);
        var key = await OnceAsync(id, make: true, cancellationToken);
        return (id, key!);
    }

    /// <returns>Null when there is no such key.</returns>
    public Task<byte[]?> FindAsync(uint id, CancellationToken cancellationToken) => OnceAsync(id, make: false, cancellationToken);

    /// <summary>Wraps every data key anew, after the wrapping key was rotated. What they sealed stays as it is, and other processes go on meanwhile.</summary>
    /// <returns>How many were wrapped.</returns>
    public async Task<int> RewrapAsync(CancellationToken cancellationToken)
    {
        var count = 0;

        await foreach (var row in rows.ListAsync(cancellationToken))
        {
            var key = await wrapper.UnwrapAsync(row.Wrapped, cancellationToken);

            try
            {
                // Somebody else's new wrapping is as good as ours.
                if (await rows.TryReplaceAsync(row with { Wrapped = await wrapper.WrapAsync(key, cancellationToken) }, cancellationToken))
                {
                    count++;
                }
            }
            finally
            {
                CryptographicOperations.ZeroMemory(key);
            }
        }

        return count;
    }

    private async Task<byte[]?> OnceAsync(uint id, bool make, CancellationToken cancellationToken)
    {
        while (true)
        {
            // One call for all who wait, so no caller's cancellation may end it.
            var once = _keys.GetOrAdd(id, id => new Lazy<Task<byte[]?>>(() => LoadAsync(id, make, CancellationToken.None)));

            try
            {
                if (await once.Value.WaitAsync(cancellationToken) is { } key)
                {
                    return key;
                }

                _keys.TryRemove(KeyValuePair.Create(id, once));

                // Somebody only looked for the key that we are to make.
                if (!make)
                {
                    return null;
                }
            }
            catch (Exception) when (once.Value.IsFaulted)
            {
                _keys.TryRemove(KeyValuePair.Create(id, once));
                throw;
            }
        }
    }

    private async Task<byte[]?> LoadAsync(uint id, bool make, CancellationToken cancellationToken)
    {
        var row = await rows.FindAsync(id, cancellationToken);

        if (row is null && make)
        {
            var key = RandomNumberGenerator.GetBytes(KeyBytes);

            if (await rows.TryAddAsync(new DataKeyRow(id, await wrapper.WrapAsync(key, cancellationToken)), cancellationToken))
            {
                return key;
            }

            // Another process was first: its key is the key.
            row = await rows.FindAsync(id, cancellationToken);
        }

        return row is null ? null : await wrapper.UnwrapAsync(row.Wrapped, cancellationToken);
    }
}
