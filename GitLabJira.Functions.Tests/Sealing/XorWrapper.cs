using GitLabJira.Functions.Sealing;

namespace GitLabJira.Functions.Tests.Sealing;

/// <summary>A wrapper that counts its calls and whose key can be rotated.</summary>
internal sealed class XorWrapper : IKeyWrapper
{
    private int _wraps;
    private int _unwraps;

    public byte Version { get; set; } = 1;

    public int Wraps => _wraps;

    public int Unwraps => _unwraps;

    /// <summary>Completed before an answer goes out.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public async Task<WrappedKey> WrapAsync(byte[] dataKey, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _wraps);
        await Gate;
        return new WrappedKey($"key/{Version}", [.. dataKey.Select(unit => (byte)(unit ^ Version))]);
    }

    public async Task<byte[]> UnwrapAsync(WrappedKey wrapped, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _unwraps);
        await Gate;
        var version = byte.Parse(wrapped.KeyId.AsSpan("key/".Length), System.Globalization.CultureInfo.InvariantCulture);
        return [.. wrapped.Value.Select(unit => (byte)(unit ^ version))];
    }
}
