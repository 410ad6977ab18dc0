using CsCheck;
using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.Tests.Storage;

[TestClass]
public sealed class TableKeyTests
{
    private static readonly Gen<string[]> Parts = Gen.String[0, 40].Array[1, 4];

    [TestMethod]
    [DataRow("plain", "plain")]
    [DataRow("A-z_0.9~", "A-z_0.9~")]
    [DataRow("a/b", "a=2Fb")]
    [DataRow("a\\b#c?d", "a=5Cb=23c=3Fd")]
    [DataRow("a!b", "a=21b")]
    [DataRow("a=b", "a=3Db")]
    [DataRow("a b%", "a=20b=25")]
    [DataRow("ü€😀", "=C3=BC=E2=82=AC=F0=9F=98=80")]
    [DataRow("line\nend", "line=0Aend")]
    [DataRow("", "=")]
    public void Writes_what_a_key_may_not_hold_as_hex(string value, string expected) => Assert.AreEqual(expected, TableKey.Of(value));

    [TestMethod]
    public void Keeps_halves_of_surrogate_pairs_apart()
    {
        Assert.AreEqual("=uD83D", TableKey.Of("\uD83D"));
        Assert.AreEqual("=uD83Da=uDE00", TableKey.Of("\uD83Da\uDE00"));
    }

    [TestMethod]
    public void Joins_parts_by_a_separator_that_stands_in_no_part()
    {
        Assert.AreEqual("a!b", TableKey.Of("a", "b"));
        Assert.AreNotEqual(TableKey.Of("a", "b!c"), TableKey.Of("a!b", "c"));
        Assert.AreEqual("=!b", TableKey.Of("", "b"));
    }

    [TestMethod]
    public void Hashes_long_values_and_keeps_them_apart()
    {
        var one = TableKey.Of(new string('x', 127));
        var other = TableKey.Of(new string('x', 128));

        Assert.AreEqual(2 + 64, one.Length);
        Assert.AreNotEqual(one, other);
        Assert.AreEqual(new string('x', 126), TableKey.Of(new string('x', 126)));
        Assert.AreNotEqual(TableKey.Of(one), one);
    }

    [TestMethod]
    public void Gives_unlike_values_unlike_keys_that_a_table_takes() => Gen.Select(Parts, Parts).Sample((left, right) =>
    {
        var (one, other) = (TableKey.Of(left), TableKey.Of(right));

        Assert.AreEqual(left.SequenceEqual(right), one == other);
        Assert.IsLessThanOrEqualTo(512, one.Length);
        Assert.IsTrue(one.All(character => char.IsAsciiLetterOrDigit(character) || "._~-=!".Contains(character, StringComparison.Ordinal)), one);
    });
}
