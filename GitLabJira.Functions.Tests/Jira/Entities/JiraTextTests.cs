using GitLabJira.Functions.Jira.Entities;

namespace GitLabJira.Functions.Tests.Jira.Entities;

[TestClass]
public sealed class JiraTextTests
{
    [TestMethod]
    [DataRow("plain", "plain")]
    [DataRow("tab\tline\nreturn\r", "tab\tline\nreturn\r")]
    [DataRow("a\u0000b\u0007c\u001Fd", "abcd")]
    [DataRow("tea \uD83C\uDF75 time", "tea  time")]
    [DataRow("\uFFFEx\uFFFF", "x")]
    [DataRow("\uE000\uFFFD\uD7FF", "\uE000\uFFFD\uD7FF")]
    [DataRow("茶 é e\u0301", "茶 é e\u0301")]
    public void Removes_what_Jira_refuses_and_nothing_else(string text, string expected) =>
        Assert.AreEqual(expected, JiraText.Required(text, 100));

    // An attribute cannot hold half a pair.
    [TestMethod]
    public void Removes_half_a_surrogate_pair() =>
        Assert.AreEqual("half  pair", JiraText.Required("half \uD83C pair", 100));

    [TestMethod]
    [DataRow("abcdef", 6, "abcdef")]
    [DataRow("abcdefg", 6, "abcdef")]
    [DataRow("abcde\u0301f", 5, "abcd")]
    [DataRow("abcde\u0301f", 6, "abcde\u0301")]
    [DataRow("ab\uD83C\uDF75cdef", 5, "abcde")]
    [DataRow("e\u0301", 1, "e")]
    public void Cuts_between_characters(string text, int limit, string expected) =>
        Assert.AreEqual(expected, JiraText.Required(text, limit));

    [TestMethod]
    public void Cuts_a_letter_with_endless_accents_somewhere()
    {
        var text = "a" + new string('\u0301', 100);

        Assert.AreEqual(50, JiraText.Required(text, 50).Length);
    }

    [TestMethod]
    [DataRow(null)]
    [DataRow("")]
    [DataRow(" \t\n")]
    [DataRow("\u0000\uD83C\uDF75")]
    public void Has_a_mark_for_a_required_text_and_nothing_for_another(string? text)
    {
        Assert.AreEqual("\uFFFD", JiraText.Required(text, 10));
        Assert.IsNull(JiraText.Optional(text, 10));
    }

    [TestMethod]
    [DataRow("https://gitlab.example.com/a", true)]
    [DataRow("http://gitlab.example.com/a", true)]
    [DataRow("/relative", false)]
    [DataRow("javascript:alert(1)", false)]
    [DataRow("ftp://gitlab.example.com/a", false)]
    [DataRow("https://gitlab.example.com/0123456789012345678901234567890", false)]
    [DataRow(null, false)]
    public void Takes_web_addresses_within_the_limit_as_they_are(string? url, bool taken) =>
        Assert.AreEqual(taken ? url : null, JiraText.Url(url, 40));

    [TestMethod]
    [DataRow("ada@example.com", true)]
    [DataRow("ada", false)]
    [DataRow("", false)]
    [DataRow("ada @example.com", false)]
    [DataRow("ada.the.brewer.of.tea@example.com", false)]
    [DataRow(null, false)]
    public void Takes_email_addresses_within_the_limit_as_they_are(string? email, bool taken) =>
        Assert.AreEqual(taken ? email : null, JiraText.Email(email, 30));
}
