using System.Text.Json;
using GitLabJira.Functions.Trail;

namespace GitLabJira.Functions.Tests.Trail;

[TestClass]
public sealed class JiraMessageTests
{
    private static readonly JsonElement Body = JsonElement.Parse("""
        {"title":"Give the anvil a handle","author":{"name":"Jane Doe","email":"jane@example.com"},"issueKeys":["ABC-1"],"status":"OPEN"}
        """);

    [TestMethod]
    [DataRow("updateSequenceId must be a number", "updateSequenceId must be a number")]
    [DataRow("Unknown issue ABC-1", "Unknown issue ABC-1")]
    [DataRow("title 'Give the anvil a handle' is too long", "title … is too long")]
    [DataRow("Could not store Jane Doe", "Could not store …")]
    [DataRow("Bad value: anvil, handle.", "Bad value: …")]
    [DataRow("See https://gitlab.example/acme or write to somebody@example.org", "See … or write to …")]
    [DataRow("Don't send 'anvil", "Don t send …")]
    [DataRow("名前 is no name", "… is no name")]
    [DataRow("", null)]
    public void Keeps_what_Jira_says_and_nothing_of_what_it_quotes(string message, string? kept) =>
        Assert.AreEqual(kept, JiraMessage.Strip([message], Body));

    [TestMethod]
    public void Bounds_what_it_keeps()
    {
        var kept = JiraMessage.Strip([.. Enumerable.Range(0, 200).Select(n => $"reason{n}")], body: null);

        Assert.IsTrue(kept!.Length is > 200 and <= 300, $"{kept.Length}");
    }
}
