using Azure;
using Azure.Data.Tables;
using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.Tests.Storage;

[TestClass]
public sealed class GroupCommitTests
{
    private readonly CancellationToken _cancel;
    private readonly StubTables _stub = new();
    private readonly GroupCommit _writes = new();
    private readonly List<string> _written = [];
    private readonly ManualResetEventSlim _gate = new();
    private readonly AppTable _table;

    public GroupCommitTests(TestContext test)
    {
        _cancel = test.CancellationToken;
        _table = _stub.Tables.Get("Things");
    }

    [TestMethod]
    public async Task Writes_what_comes_alone_at_once_and_by_itself()
    {
        var etags = await AddAsync("1");
        Record();

        Assert.AreEqual((await _table.FindAsync("p", "1", _cancel))!.ETag, etags!.Single());
        Assert.IsNull(await AddAsync("1"));
        Assert.AreEqual("POST Things", _written.Single());
    }

    [TestMethod]
    public async Task Writes_together_what_comes_while_a_write_is_under_way()
    {
        var first = HeldUp();
        var others = Enumerable.Range(2, 4).Select(number => AddAsync($"{number}")).ToList();
        _gate.Set();

        var etags = await Task.WhenAll([first, .. others]);

        Assert.HasCount(5, _stub.Keys("Things"));
        Assert.AreEqual("POST Things, BATCH Things", string.Join(", ", _written));
        Assert.AreEqual((await _table.FindAsync("p", "4", _cancel))!.ETag, etags[3]!.Single());
    }

    [TestMethod]
    public async Task Fails_none_for_the_condition_of_another()
    {
        await AddAsync("3");
        var first = HeldUp();
        var (second, third, fourth) = (AddAsync("2"), AddAsync("3"), AddAsync("4"));
        _gate.Set();

        await Task.WhenAll(first, second, third, fourth);

        Assert.IsNotNull(await second);
        Assert.IsNull(await third);
        Assert.IsNotNull(await fourth);
        Assert.HasCount(4, _stub.Keys("Things"));
    }

    [TestMethod]
    public async Task Keeps_rows_apart_that_are_written_twice_and_more_than_a_transaction_holds()
    {
        var first = HeldUp();
        List<Task> others = [PutAsync("2"), PutAsync("2"), .. Enumerable.Range(100, 150).Select(number => PutAsync($"{number}"))];
        _gate.Set();

        await Task.WhenAll([first, .. others]);

        Assert.HasCount(152, _stub.Keys("Things"));
        Assert.HasCount(4, _written, "The first; the row; it again with 99 others; the rest.");
    }

    [TestMethod]
    public async Task Rows_of_one_write_are_written_all_or_none()
    {
        await AddAsync("2");

        Assert.IsNull(await _writes.TryWriteAsync(_table, [New("1"), New("2")], _cancel));

        Assert.HasCount(1, _stub.Keys("Things"));
    }

    private void Record() => _stub.BeforeWrite = write => _written.Add(write);

    /// <summary>A write that takes until the gate opens.</summary>
    private Task<IReadOnlyList<ETag>?> HeldUp()
    {
        _table.PutAsync(new TableEntity("other", "row"), _cancel).GetAwaiter().GetResult();
        _table.TryDeleteAsync("other", "row", ETag.All, _cancel).GetAwaiter().GetResult();
        var begun = new ManualResetEventSlim();
        _stub.BeforeWrite = write =>
        {
            _written.Add(write);
            begun.Set();
            _gate.Wait(_cancel);
        };

        var held = Task.Run(() => AddAsync("1"), _cancel);
        begun.Wait(_cancel);
        return held;
    }

    private Task<IReadOnlyList<ETag>?> AddAsync(string row) => _writes.TryWriteAsync(_table, [New(row)], _cancel);

    private Task<IReadOnlyList<ETag>?> PutAsync(string row) => _writes.TryWriteAsync(_table, [new TableTransactionAction(TableTransactionActionType.UpsertMerge, new TableEntity("p", row))], _cancel);

    private static TableTransactionAction New(string row) => new(TableTransactionActionType.Add, new TableEntity("p", row));
}
