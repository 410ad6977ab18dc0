using System.Text;
using System.Text.Json.Nodes;
using GitLabJira.Functions.Connect;
using GitLabJira.Functions.Jira;

namespace GitLabJira.Functions.Tests.Connect;

[TestClass]
public sealed class LifecycleBodyReaderTests
{
    private static readonly ConnectOptions Options = new() { Key = "the-app" };

    [TestMethod]
    public void Reads_what_is_used_and_ignores_the_rest()
    {
        var (body, fault) = Read(Bodies.Installed(("publicKey", "old"), ("newField", JsonNode.Parse("""{"deep":[1,2]}""")), ("displayUrl", "https://jira.example.com")));

        Assert.IsNull(fault);
        Assert.AreEqual("tenant-1", body!.ClientKey);
        Assert.AreEqual("https://site.atlassian.net/", body.BaseUrl.AbsoluteUri);
        Assert.AreEqual("https://jira.example.com/", body.DisplayUrl);
        Assert.AreEqual("cloud-1", body.CloudId);
        Assert.AreEqual(Bodies.Secret, body.SharedSecret);
    }

    [TestMethod]
    public void Takes_an_empty_optional_field_for_none()
    {
        var (body, _) = Read(Bodies.Installed(("displayUrl", ""), ("cloudId", null), ("key", null), ("eventType", null)));

        Assert.IsNull(body!.DisplayUrl);
        Assert.IsNull(body.CloudId);
    }

    [TestMethod]
    [DataRow("clientKey", null, "missing_field")]
    [DataRow("clientKey", "", "missing_field")]
    [DataRow("baseUrl", null, "missing_field")]
    [DataRow("sharedSecret", null, "missing_field")]
    [DataRow("sharedSecret", "0123456789012345678901234567890", "invalid_field")]
    [DataRow("baseUrl", "site.atlassian.net", "invalid_field")]
    [DataRow("baseUrl", "javascript:alert(1)", "invalid_field")]
    [DataRow("baseUrl", "https://evil.example.com", "site_not_allowed")]
    [DataRow("baseUrl", "http://site.atlassian.net", "site_not_allowed")]
    [DataRow("displayUrl", "javascript:alert(1)", "invalid_field")]
    [DataRow("key", "another-app", "invalid_field")]
    [DataRow("eventType", "uninstalled", "invalid_field")]
    public void Names_the_field_at_fault(string field, string? value, string reason)
    {
        var (body, fault) = Read(Bodies.Installed((field, value)));

        Assert.IsNull(body);
        Assert.AreEqual(reason, fault!.Reason);
        Assert.AreEqual(field, fault.Field);
        StringAssert.Contains(fault.Detail, field, StringComparison.Ordinal);
        Assert.IsFalse(value is { Length: > 12 } && fault.Detail.Contains(value, StringComparison.Ordinal), "It echoes the value.");
    }

    [TestMethod]
    [DataRow("clientKey")]
    [DataRow("baseUrl")]
    [DataRow("sharedSecret")]
    [DataRow("cloudId")]
    public void Refuses_what_is_no_text_or_too_long(string field)
    {
        Assert.AreEqual(field, Read(Bodies.Installed((field, 5))).Fault?.Field);
        Assert.AreEqual(field, Read(Bodies.Installed((field, new string('x', 5000)))).Fault?.Field);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("{")]
    [DataRow("[]")]
    [DataRow("null")]
    [DataRow("\"text\"")]
    [DataRow("""{"clientKey":"a","clientKey":"b"}""")]
    public void Refuses_what_is_no_JSON_object(string json) => Assert.AreEqual("malformed_body", Read(json).Fault?.Reason);

    [TestMethod]
    public void Needs_no_secret_for_an_uninstall()
    {
        var (body, fault) = LifecycleBodyReader.Read(Encoding.UTF8.GetBytes(Bodies.Installed(("sharedSecret", null), ("eventType", "uninstalled"))), "uninstalled", Options);

        Assert.IsNull(fault);
        Assert.IsNull(body!.SharedSecret);
    }

    private static (LifecycleBody? Body, LifecycleFault? Fault) Read(string json) => LifecycleBodyReader.Read(Encoding.UTF8.GetBytes(json), "installed", Options);
}
