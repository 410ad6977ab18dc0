using GitLabJira.Sandbox.Jira.Signing;

namespace GitLabJira.WholeApp.Tests.Jira;

/// <summary>Expected values come from Atlassian's own library (atlassian-jwt 2.0.3).</summary>
[TestClass]
public sealed class QueryHashTests
{
    [TestMethod]
    [DataRow("GET", "/", "", "GET&/&", "c88caad15a1c1a900b8ac08aa9686f4e8184539bea1deda36e2f649430df3239")]
    [DataRow("GET", "", "", "GET&/&", "c88caad15a1c1a900b8ac08aa9686f4e8184539bea1deda36e2f649430df3239")]
    [DataRow("POST", "/rest/devinfo/0.10/bulk", "", "POST&/rest/devinfo/0.10/bulk&", "8cc25e28719a5c3212595a135795bfe0a0e54b0395b1291f91d8b8c47373672c")]
    [DataRow("get", "/path/", "?a=1", "GET&/path&a=1", "b966563a5a3a7de6c9d87449056a1c4ca3941067cc26ce0c9cba8d4da7ba03a7")]
    [DataRow("GET", "/a&b/c", "x=1&jwt=abc&a=2", "GET&/a%26b/c&a=2&x=1", "458fdd3eea631b5f60be36adcf747df72200300c3d301e87de73b043b4e95e77")]
    [DataRow("GET", "/p", "?b=2&a=1&B=3&A=0", "GET&/p&A=0&B=3&a=1&b=2", "d2b53e40fa9e99dac12a40ec5dcccda246bf2b109dc1d922bdcb04727e831858")]
    [DataRow("GET", "/p", "?x=2&x=10&x=1", "GET&/p&x=1,10,2", "bd40bc4c93dbe9d59ecf7d8de06bb7a373d6f03b1566328e298fba1a8c649572")]
    [DataRow("GET", "/p", "?k&l=", "GET&/p&k=&l=", "8e4d16da451b7104cbb2f051e0154a3c163aad5bdee9e99400ffc5a5bf27fc1f")]
    [DataRow("GET", "/p", "?q=a+b%20c", "GET&/p&q=a%20b%20c", "f8d027c0fc8879fe719911487f4cc348668242be3cdbbc5ff02cc91812fa5dd7")]
    [DataRow("GET", "/p", "?q=%7E*!%27()", "GET&/p&q=~%2A%21%27%28%29", "14c011921dba9ed8ebaff8af86561b739a5fe8fb43c1d9d311fa27a9e70d36fa")]
    [DataRow("GET", "/p", "?q=a,b&q=c", "GET&/p&q=a%2Cb,c", "67606a4bcba22dd44d87504df6b13f7c4fcbec1d44233c4ab9a0ef302fa3e638")]
    [DataRow("GET", "/p", "?name=%C5%BElu%C5%A5&z=%F0%9F%98%80", "GET&/p&name=%C5%BElu%C5%A5&z=%F0%9F%98%80", "ea62bc3db9f8eebebc9e3fe7bb137920996f9c9965ea5dacb5ee01e79382b3c1")]
    [DataRow("GET", "/caf%C3%A9/x%2Fy", "?q=1", "GET&/caf%C3%A9/x%2Fy&q=1", "de15c956d26a93b23fc1b55e8bd662cbbcb909e073cbc2a8bea48195288b6d58")]
    [DataRow("GET", "/branches/new", "?issue_key=SHOP-1&issue_summary=Cart%20%26%20%22more%22%20(50%25)&jwt=x&addonkey=k", "GET&/branches/new&addonkey=k&issue_key=SHOP-1&issue_summary=Cart%20%26%20%22more%22%20%2850%25%29", "d47237759bb56c8f95d4650b04fe5b8c069df22184db6094d3d854a44770765d")]
    public void Agrees_with_Atlassians_library(string method, string path, string query, string canonical, string hash)
    {
        Assert.AreEqual(canonical, QueryHash.Canonical(method, path, query));
        Assert.AreEqual(hash, QueryHash.Compute(method, path, query));
    }

    [TestMethod]
    [DataRow("/app/connect/page", "/app/connect", "GET&/page&")]
    [DataRow("/app/connect", "/app/connect/", "GET&/&")]
    [DataRow("/app/connection", "/app/connect", "GET&/app/connection&")]
    [DataRow("/page", "/", "GET&/page&")]
    public void Counts_the_path_from_the_base_URL(string path, string basePath, string canonical) =>
        Assert.AreEqual(canonical, QueryHash.Canonical("GET", path, "", basePath));
}
