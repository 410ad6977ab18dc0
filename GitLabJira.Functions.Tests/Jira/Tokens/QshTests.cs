using CsCheck;
using GitLabJira.Functions.Jira.Tokens;

namespace GitLabJira.Functions.Tests.Jira.Tokens;

[TestClass]
public sealed class QshTests
{
    [TestMethod]
    [DataRow("get", "/a", "", "", "GET&/a&")]
    [DataRow("GET", "", "", "", "GET&/&")]
    [DataRow("GET", "/", "", "", "GET&/&")]
    [DataRow("GET", "a", "", "", "GET&/a&")]
    [DataRow("GET", "/a/", "", "", "GET&/a&")]
    [DataRow("GET", "/a//", "", "", "GET&/a/&")]
    [DataRow("GET", "/a&b/c", "?x=y", "", "GET&/a%26b/c&x=y")]
    [DataRow("GET", "/a%20b", "", "", "GET&/a%20b&")]
    [DataRow("POST", "/base/rest/api", "", "/base", "POST&/rest/api&")]
    [DataRow("POST", "/base/rest/api", "", "/base/", "POST&/rest/api&")]
    [DataRow("GET", "/base", "", "/base", "GET&/&")]
    [DataRow("GET", "/base/", "", "/base", "GET&/&")]
    [DataRow("GET", "/basement/x", "", "/base", "GET&/basement/x&")]
    [DataRow("GET", "/x/base/y", "", "/base", "GET&/x/base/y&")]
    public void Takes_the_path_below_the_base_address(string method, string path, string query, string basePath, string expected) =>
        Assert.AreEqual(expected, Qsh.Canonical(method, path, query, basePath));

    [TestMethod]
    [DataRow("?b=2&a=1", "a=1&b=2")]
    [DataRow("?a=1&B=2", "B=2&a=1")]
    [DataRow("?jwt=token&a=1", "a=1")]
    [DataRow("?JWT=kept", "JWT=kept")]
    [DataRow("?a=c&a=b&a=a", "a=a,b,c")]
    [DataRow("?a=b,c", "a=b%2Cc")]
    [DataRow("?a=c&a=a,b", "a=a%2Cb,c")]
    [DataRow("?a=%5C&a=Z&a=a", "a=Z,%5C,a")]
    [DataRow("?a=x+y&b=x%20y", "a=x%20y&b=x%20y")]
    [DataRow("?a=~-._", "a=~-._")]
    [DataRow("?a=*!'()", "a=%2A%21%27%28%29")]
    [DataRow("?a=%e4%bd%a0", "a=%E4%BD%A0")]
    [DataRow("?a&b=&c", "a=&b=&c=")]
    [DataRow("?&&a=1&", "a=1")]
    [DataRow("?a=1=2", "a=1%3D2")]
    [DataRow("?a%2Fb=1&a=2", "a=2&a%2Fb=1")]
    [DataRow("?__proto__=1&constructor=2&toString=3", "__proto__=1&constructor=2&toString=3")]
    [DataRow("?a=%", "a=%25")]
    [DataRow("?accountId=5:6&expand=groups", "accountId=5%3A6&expand=groups")]
    public void Sorts_and_encodes_the_query(string query, string expected) => Assert.AreEqual("GET&/p&" + expected, Qsh.Canonical("GET", "/p", query));

    [TestMethod]
    public void Hashes_a_call_of_the_base_address_to_the_published_value() =>
        Assert.AreEqual("c88caad15a1c1a900b8ac08aa9686f4e8184539bea1deda36e2f649430df3239", Qsh.Compute("GET", "/", ""));

    [TestMethod]
    public void Keeps_ampersands_in_the_path_apart_from_the_query() =>
        Assert.AreNotEqual(Qsh.Compute("GET", "/a&x=y", ""), Qsh.Compute("GET", "/a", "?x=y"));

    [TestMethod]
    public void Hashes_an_outgoing_address_relative_to_the_site() =>
        Assert.AreEqual(
            Qsh.Compute("GET", "/rest/api/3/user", "?accountId=1"),
            Qsh.Compute(HttpMethod.Get, new Uri("https://site.example.com/jira/rest/api/3/user?accountId=1"), new Uri("https://site.example.com/jira")));

    [TestMethod]
    public void Does_not_depend_on_the_order_of_parameters() => Gen.Select(Gen.String[Gen.Char.AlphaNumeric, 1, 4], Gen.String[0, 6]).Array[0, 6].Sample(parameters =>
    {
        var pairs = parameters.Select(parameter => $"{parameter.Item1}={Uri.EscapeDataString(parameter.Item2.Where(c => !char.IsSurrogate(c)).Aggregate("", (text, c) => text + c))}").ToList();

        Assert.AreEqual(Qsh.Compute("GET", "/p", "?" + string.Join('&', pairs)), Qsh.Compute("GET", "/p", "?" + string.Join('&', Enumerable.Reverse(pairs))));
    });
}
