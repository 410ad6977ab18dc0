using System.Security.Cryptography;
using GitLabJira.Functions.Sealing;
using Microsoft.Extensions.Time.Testing;

namespace GitLabJira.Functions.Tests.Sealing;

[TestClass]
public sealed class DataKeysTests(TestContext test)
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 30, 23, 59, 0, TimeSpan.Zero));
    private readonly MemoryDataKeyRows _rows = new();
    private readonly XorWrapper _wrapper = new();

    [TestMethod]
    public async Task Asks_once_per_data_key_and_process()
    {
        var first = await Process().CurrentAsync(test.CancellationToken);
        var keys = Process();

        for (var i = 0; i < 5; i++)
        {
            var (id, key) = await keys.CurrentAsync(test.CancellationToken);
            Assert.AreEqual(first.Id, id);
            CollectionAssert.AreEqual(first.Key, key);
            CollectionAssert.AreEqual(first.Key, await keys.FindAsync(id, test.CancellationToken));
        }

        Assert.AreEqual(1, _wrapper.Wraps);
        Assert.AreEqual(1, _wrapper.Unwraps);
    }

    [TestMethod]
    public async Task Makes_one_call_for_all_who_ask_at_once()
    {
        await Process().CurrentAsync(test.CancellationToken);
        var gate = new TaskCompletionSource();
        _wrapper.Gate = gate.Task;
        var keys = Process();

        var all = Enumerable.Range(0, 20).Select(_ => keys.CurrentAsync(test.CancellationToken)).ToList();
        gate.SetResult();
        await Task.WhenAll(all);

        Assert.AreEqual(1, _wrapper.Unwraps);
    }

    [TestMethod]
    public async Task Agrees_on_one_key_when_two_processes_make_the_first()
    {
        var gate = new TaskCompletionSource();
        _wrapper.Gate = gate.Task;

        var one = Process().CurrentAsync(test.CancellationToken);
        var other = Process().CurrentAsync(test.CancellationToken);
        gate.SetResult();

        Assert.AreEqual(2, _wrapper.Wraps);
        CollectionAssert.AreEqual((await one).Key, (await other).Key);
        Assert.HasCount(1, _rows.Rows);
    }

    [TestMethod]
    public async Task Takes_a_new_key_each_month()
    {
        var keys = Process();
        var november = await keys.CurrentAsync(test.CancellationToken);
        _clock.Advance(TimeSpan.FromMinutes(1));

        var december = await keys.CurrentAsync(test.CancellationToken);

        Assert.AreEqual(202611u, november.Id);
        Assert.AreEqual(202612u, december.Id);
        CollectionAssert.AreNotEqual(november.Key, december.Key);
    }

    [TestMethod]
    public async Task Knows_a_key_that_was_made_after_it_was_looked_for()
    {
        var keys = Process();

        Assert.IsNull(await keys.FindAsync(202611, test.CancellationToken));

        Assert.IsNotNull((await keys.CurrentAsync(test.CancellationToken)).Key);
    }

    [TestMethod]
    public async Task Tries_again_after_a_failure()
    {
        var keys = Process();
        _wrapper.Gate = Task.FromException(new CryptographicException("The vault is away."));
        await Assert.ThrowsExactlyAsync<CryptographicException>(() => keys.CurrentAsync(test.CancellationToken));

        _wrapper.Gate = Task.CompletedTask;

        Assert.HasCount(32, (await keys.CurrentAsync(test.CancellationToken)).Key);
    }

    [TestMethod]
    public async Task One_impatient_caller_does_not_fail_the_others()
    {
        var gate = new TaskCompletionSource();
        _wrapper.Gate = gate.Task;
        var keys = Process();
        using var impatient = new CancellationTokenSource();

        var first = keys.CurrentAsync(impatient.Token);
        var second = keys.CurrentAsync(test.CancellationToken);
        await impatient.CancelAsync();
        gate.SetResult();

        await Assert.ThrowsAsync<OperationCanceledException>(() => first);
        Assert.HasCount(32, (await second).Key);
    }

    [TestMethod]
    public async Task Rotation_wraps_data_keys_anew_and_leaves_what_they_sealed()
    {
        var place = new SealContext("Links", "site", "link", "Secret");
        var value = await new Sealer(Process()).SealAsync(new byte[10], place, test.CancellationToken);
        _wrapper.Version = 2;

        var count = await Process().RewrapAsync(test.CancellationToken);
        var opened = await new Sealer(Process()).OpenAsync(value, place, test.CancellationToken);

        Assert.AreEqual(1, count);
        Assert.IsTrue(_rows.Rows.All(row => row.Wrapped.KeyId == "key/2"));
        CollectionAssert.AreEqual(new byte[10], opened);
    }

    private DataKeys Process() => new(_rows, _wrapper, _clock);
}
