using GitLabJira.Functions.Jira;

namespace GitLabJira.Functions.Tests.Jira;

[TestClass]
public sealed class SiteAllowListTests
{
    private static readonly string[] Entries = ["*.atlassian.net", "jira.example.com", "http://localhost:8080"];

    [TestMethod]
    [DataRow("https://site.atlassian.net", true)]
    [DataRow("https://SITE.Atlassian.NET/", true)]
    [DataRow("https://a.b.atlassian.net/wiki", true)]
    [DataRow("https://jira.example.com", true)]
    [DataRow("http://localhost:8080", true)]
    [DataRow("http://localhost:8080/jira", true)]
    [DataRow("http://site.atlassian.net", false)]
    [DataRow("https://site.atlassian.net:8443", false)]
    [DataRow("https://atlassian.net", false)]
    [DataRow("https://evilatlassian.net", false)]
    [DataRow("https://site.atlassian.net.evil.com", false)]
    [DataRow("https://site.atlassian.net@evil.com", false)]
    [DataRow("https://user@site.atlassian.net", false)]
    [DataRow("https://site.atlassian.net?x=1", false)]
    [DataRow("https://site.atlassian.net#x", false)]
    [DataRow("https://sub.jira.example.com", false)]
    [DataRow("http://localhost:8081", false)]
    [DataRow("https://localhost:8080", false)]
    [DataRow("http://127.0.0.1:8080", false)]
    [DataRow("https://169.254.169.254", false)]
    public void Allows_what_stands_in_the_list(string site, bool allowed) => Assert.AreEqual(allowed, SiteAllowList.Allows(Entries, new Uri(site)));

    [TestMethod]
    [DataRow("http://localhost:1", true)]
    [DataRow("http://localhost:65535/jira", true)]
    [DataRow("http://localhost", true)]
    [DataRow("https://localhost:1", false)]
    [DataRow("http://127.0.0.1:1", false)]
    [DataRow("http://localhost.evil.com:1", false)]
    public void Allows_any_port_of_this_machine_when_told(string site, bool allowed) => Assert.AreEqual(allowed, SiteAllowList.Allows(["http://localhost:*"], new Uri(site)));

    [TestMethod]
    [DataRow("http://localhost:*", true)]
    [DataRow("https://jira.example.com:*", false)]
    [DataRow("*.atlassian.net", true)]
    [DataRow("localhost", true)]
    [DataRow("http://localhost:8080", true)]
    [DataRow("https://host/path", false)]
    [DataRow("ftp://host", false)]
    [DataRow("*", false)]
    [DataRow("a b", false)]
    [DataRow("", false)]
    public void Knows_what_an_entry_looks_like(string entry, bool expected) => Assert.AreEqual(expected, SiteAllowList.IsEntry(entry));
}
