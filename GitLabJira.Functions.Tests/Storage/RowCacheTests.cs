using GitLabJira.Functions.Storage;
using Microsoft.Extensions.Time.Testing;

namespace GitLabJira.Functions.Tests.Storage;

[TestClass]
public sealed class RowCacheTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly RowCache<string> _cache;
    private int _reads;
    private string? _row = "first";

    public RowCacheTests() => _cache = new(_clock);

    [TestMethod]
    public async Task Keeps_a_row_for_30_seconds()
    {
        await GetAsync();
        _row = "second";
        _clock.Advance(TimeSpan.FromSeconds(29.9));
        var kept = await GetAsync();
        _clock.Advance(TimeSpan.FromSeconds(0.1));
        var read = await GetAsync();

        Assert.AreEqual("first", kept);
        Assert.AreEqual("second", read);
        Assert.AreEqual(2, _reads);
    }

    [TestMethod]
    public async Task Reads_again_on_demand_and_keeps_that()
    {
        await GetAsync();
        _row = "second";

        var fresh = await GetAsync(fresh: true);
        var kept = await GetAsync();

        Assert.AreEqual("second", fresh);
        Assert.AreEqual("second", kept);
        Assert.AreEqual(2, _reads);
    }

    [TestMethod]
    public async Task Keeps_what_is_not_there_for_a_moment_only()
    {
        _row = null;
        await GetAsync();
        await GetAsync();
        _row = "first";
        _clock.Advance(TimeSpan.FromSeconds(2));

        var found = await GetAsync();

        Assert.AreEqual("first", found);
        Assert.AreEqual(2, _reads);
    }

    [TestMethod]
    public async Task Does_not_keep_a_failure()
    {
        await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => _cache.GetAsync("key", fresh: false, _ => throw new InvalidOperationException(), CancellationToken.None));

        Assert.AreEqual("first", await GetAsync());
    }

    [TestMethod]
    public async Task Strangers_cannot_fill_it()
    {
        for (var i = 0; i < 25_000; i++)
        {
            await _cache.GetAsync($"stranger{i}", fresh: false, _ => Task.FromResult<string?>(null), CancellationToken.None);
        }

        Assert.IsLessThanOrEqualTo(10_000, _cache.Count);
    }

    private Task<string?> GetAsync(bool fresh = false) =>
        _cache.GetAsync(
            "key",
            fresh,
            _ =>
            {
                _reads++;
                return Task.FromResult(_row);
            },
            CancellationToken.None);
}
