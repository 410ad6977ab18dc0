using Azure.Data.Tables;
using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.Tests.Storage;

/// <summary>The limits that Azure has and the storage emulator does not.</summary>
[TestClass]
public sealed class TableLimitsTests
{
    private const int Kilobyte = 1024;

    [TestMethod]
    [DataRow(64 * Kilobyte, true)]
    [DataRow((64 * Kilobyte) + 1, false)]
    public void Holds_64_KiB_a_column_of_bytes(int length, bool fits) => AssertFits(fits, new TableEntity("p", "r") { ["Bytes"] = new byte[length] });

    [TestMethod]
    [DataRow(32 * Kilobyte, true)]
    [DataRow((32 * Kilobyte) + 1, false)]
    public void Counts_two_bytes_a_character(int length, bool fits) => AssertFits(fits, new TableEntity("p", "r") { ["Text"] = new string('x', length) });

    [TestMethod]
    [DataRow(252, true)]
    [DataRow(253, false)]
    public void Holds_252_columns(int count, bool fits)
    {
        var row = new TableEntity("p", "r");

        for (var i = 0; i < count; i++)
        {
            row[$"Column{i}"] = i;
        }

        AssertFits(fits, row);
    }

    [TestMethod]
    [DataRow(15, true)]
    [DataRow(16, false)]
    public void Holds_1_MiB_a_row(int columns, bool fits)
    {
        var row = new TableEntity("p", "r");

        for (var i = 0; i < columns; i++)
        {
            row[$"Column{i}"] = new byte[64 * Kilobyte];
        }

        AssertFits(fits, row);
    }

    [TestMethod]
    [DataRow(1601, true)]
    [DataRow(1600, false)]
    public void Holds_no_time_before_1601(int year, bool fits) => AssertFits(fits, new TableEntity("p", "r") { ["At"] = new DateTimeOffset(year, 1, 1, 0, 0, 0, TimeSpan.Zero) });

    [TestMethod]
    [DataRow(512, true)]
    [DataRow(513, false)]
    public void Holds_1_KiB_a_key(int length, bool fits)
    {
        AssertFits(fits, new TableEntity(new string('k', length), "r"));
        AssertFits(fits, new TableEntity("p", new string('k', length)));
    }

    [TestMethod]
    [DataRow("a/b")]
    [DataRow("a b")]
    [DataRow("a#b")]
    [DataRow("ü")]
    [DataRow("")]
    public void Refuses_keys_that_were_not_built_as_keys(string key)
    {
        AssertFits(false, new TableEntity(key, "r"));
        AssertFits(false, new TableEntity("p", key));
    }

    [TestMethod]
    public void Refuses_types_that_a_table_does_not_hold() => AssertFits(false, new TableEntity("p", "r") { ["Price"] = 1.5m });

    [TestMethod]
    [DataRow(0, false)]
    [DataRow(100, true)]
    [DataRow(101, false)]
    public void Holds_100_rows_a_transaction(int count, bool fits)
    {
        var actions = Enumerable.Range(0, count).Select(i => Add("p", $"r{i}", 1)).ToList();

        if (fits)
        {
            TableLimits.Check(actions);
        }
        else
        {
            Assert.ThrowsExactly<ArgumentException>(() => TableLimits.Check(actions));
        }
    }

    [TestMethod]
    public void Keeps_a_transaction_in_one_partition_and_names_a_row_once()
    {
        Assert.ThrowsExactly<ArgumentException>(() => TableLimits.Check([Add("p", "r1", 1), Add("q", "r2", 1)]));
        Assert.ThrowsExactly<ArgumentException>(() => TableLimits.Check([Add("p", "r1", 1), Add("p", "r1", 1)]));
    }

    [TestMethod]
    public void Counts_a_transactions_bytes_as_they_go_over_the_wire()
    {
        // 60 KiB are 80 KiB in base64, so 50 of them make 4 MB.
        TableLimits.Check([.. Enumerable.Range(0, 49).Select(i => Add("p", $"r{i}", 60 * Kilobyte))]);

        Assert.ThrowsExactly<ArgumentException>(() => TableLimits.Check([.. Enumerable.Range(0, 53).Select(i => Add("p", $"r{i}", 60 * Kilobyte))]));
    }

    [TestMethod]
    public void Cuts_many_rows_into_transactions_that_fit_and_keeps_their_order()
    {
        var actions = Enumerable.Range(0, 250).Select(i => Add("p", $"r{i:D3}", i < 100 ? 60 * Kilobyte : 10)).ToList();

        var parts = TableLimits.Cut(actions).ToList();

        foreach (var part in parts)
        {
            TableLimits.Check(part);
        }

        Assert.IsGreaterThan(3, parts.Count);
        Assert.IsTrue(actions.SequenceEqual(parts.SelectMany(part => part)));
    }

    private static TableTransactionAction Add(string partition, string row, int bytes) =>
        new(TableTransactionActionType.Add, new TableEntity(partition, row) { ["Bytes"] = new byte[bytes] });

    private static void AssertFits(bool fits, TableEntity row)
    {
        if (fits)
        {
            TableLimits.Check(row);
        }
        else
        {
            Assert.ThrowsExactly<ArgumentException>(() => TableLimits.Check(row));
        }
    }
}
