using GitLabJira.Functions.CreateBranch;

namespace GitLabJira.Functions.Tests.CreateBranch;

[TestClass]
public sealed class BranchNamesTests
{
    [TestMethod]
    [DataRow("SHOP-7", "Fix the cart", "SHOP-7-fix-the-cart")]
    [DataRow("SHOP-7", "  Cart & \"more\" (50%)!  ", "SHOP-7-cart-more-50")]
    [DataRow("SHOP-7", "Größe der Œuvres ändern – Łódź", "SHOP-7-grosse-der-oeuvres-andern-lodz")]
    [DataRow("SHOP-7", "カートを直す", "SHOP-7")]
    [DataRow("SHOP-7", "", "SHOP-7")]
    [DataRow("SHOP-7", "../../etc//passwd.lock", "SHOP-7-etc-passwd-lock")]
    [DataRow("MY_TEAM-12", "snake_case stays", "MY_TEAM-12-snake_case-stays")]
    [DataRow("", "No issue", "")]
    public void Proposes_the_key_and_the_words_of_the_summary(string key, string summary, string expected)
    {
        Assert.AreEqual(expected, BranchNames.Propose(key, summary));
    }

    [TestMethod]
    public void Cuts_a_long_proposal_at_a_whole_word()
    {
        var name = BranchNames.Propose("SHOP-7", string.Join(' ', Enumerable.Repeat("checkout", 30)));

        Assert.AreEqual("SHOP-7" + string.Concat(Enumerable.Repeat("-checkout", 10)), name);
    }

    [TestMethod]
    public void Cuts_a_single_endless_word_where_the_room_ends()
    {
        Assert.AreEqual("SHOP-7-" + new string('a', 93), BranchNames.Propose("SHOP-7", new string('a', 200)));
    }

    [TestMethod]
    [DataRow("SHOP-7-fix-the-cart")]
    [DataRow("feature/SHOP-7")]
    [DataRow("функция/SHOP-7")]
    [DataRow("v1.2")]
    public void Takes_a_good_name(string name)
    {
        Assert.IsNull(BranchNames.Broken(name));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("with space")]
    [DataRow("tab\there")]
    [DataRow("-dash")]
    [DataRow("/slash")]
    [DataRow("slash/")]
    [DataRow("dot.")]
    [DataRow(".dot")]
    [DataRow("a/.hidden")]
    [DataRow("a..b")]
    [DataRow("a//b")]
    [DataRow("a@{b")]
    [DataRow("a~1")]
    [DataRow("a^")]
    [DataRow("a:b")]
    [DataRow("a?b")]
    [DataRow("a*b")]
    [DataRow("a[b")]
    [DataRow(@"a\b")]
    [DataRow("a.lock")]
    [DataRow("a.lock/b")]
    [DataRow("refs/heads/main")]
    [DataRow("HEAD")]
    [DataRow("0123456789abcdef0123456789abcdef01234567")]
    public void Says_what_is_wrong_with_a_name_that_GitLab_would_refuse(string name)
    {
        Assert.IsNotNull(BranchNames.Broken(name));
    }

    [TestMethod]
    public void Counts_the_length_of_a_name_in_bytes()
    {
        Assert.IsNull(BranchNames.Broken(new string('é', 122)));
        Assert.IsNotNull(BranchNames.Broken(new string('é', 123)));
    }
}
