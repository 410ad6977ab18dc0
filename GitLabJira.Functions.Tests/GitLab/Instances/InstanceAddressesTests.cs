using System.Net;
using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Instances;
using GitLabJira.Functions.Hosting;
using Microsoft.Extensions.Options;

namespace GitLabJira.Functions.Tests.GitLab.Instances;

[TestClass]
public sealed class InstanceAddressesTests(TestContext test)
{
    [TestMethod]
    [DataRow("https://gitlab.example.com", true)]
    [DataRow("https://gitlab.example.com:8443/root", true)]
    [DataRow("https://8.8.8.8", true)]
    [DataRow("http://gitlab.example.com", false)]
    [DataRow("https://user@gitlab.example.com", false)]
    [DataRow("https://localhost", false)]
    [DataRow("https://gitlab", false)]
    [DataRow("https://gitlab.internal", false)]
    [DataRow("https://gitlab.internal.", false)]
    [DataRow("https://metadata.google.internal", false)]
    [DataRow("https://127.0.0.1", false)]
    [DataRow("https://2130706433", false)]
    [DataRow("https://0x7f.1", false)]
    [DataRow("https://10.1.2.3", false)]
    [DataRow("https://169.254.169.254", false)]
    [DataRow("https://[::1]", false)]
    [DataRow("https://[fd00::1]", false)]
    [DataRow("https://[::ffff:10.0.0.1]", false)]
    [DataRow("https://[64:ff9b::a00:1]", false)]
    [DataRow("http://127.0.0.1:8080", false)]
    public void Lets_nobody_choose_what_is_no_server_on_the_public_internet(string host, bool allowed) =>
        Assert.AreEqual(allowed, Addresses("https://app.test").Allows(new Uri(host)));

    [TestMethod]
    public void Lets_an_app_on_this_machine_use_a_gitlab_on_it()
    {
        var addresses = Addresses("http://127.0.0.1:7071");

        Assert.IsTrue(addresses.Allows(new Uri("http://127.0.0.1:8080")));
        Assert.IsFalse(addresses.Allows(new Uri("http://10.0.0.1")));
        Assert.IsFalse(addresses.Allows(new Uri("https://10.0.0.1")));
    }

    [TestMethod]
    public void Takes_what_the_operator_set_and_what_he_allows()
    {
        Assert.IsTrue(Addresses("https://app.test", "https://gitlab.intranet").Allows(new Uri("https://gitlab.intranet/")));
        Assert.IsTrue(Addresses("https://app.test", allowPrivate: true).Allows(new Uri("https://10.0.0.1")));
        Assert.IsFalse(Addresses("https://app.test", allowPrivate: true).Allows(new Uri("http://10.0.0.1")));
    }

    [TestMethod]
    [DataRow("93.184.216.34", true)]
    [DataRow("2606:4700::1111", true)]
    [DataRow("172.15.255.255", true)]
    [DataRow("172.16.0.1", false)]
    [DataRow("100.64.0.1", false)]
    [DataRow("0.0.0.0", false)]
    [DataRow("224.0.0.1", false)]
    [DataRow("255.255.255.255", false)]
    [DataRow("fe80::1", false)]
    [DataRow("2002:0a00:0001::1", false)]
    public void Knows_public_addresses(string address, bool isPublic) => Assert.AreEqual(isPublic, InstanceAddresses.IsPublic(IPAddress.Parse(address)));

    [TestMethod]
    public async Task Connects_to_no_private_address_whatever_a_name_means_by_then()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var handler = new SocketsHttpHandler { ConnectCallback = Addresses("https://app.test").ConnectAsync };
        using var http = new HttpClient(handler);

        var refused = await Assert.ThrowsExactlyAsync<HttpRequestException>(() => http.GetAsync(new Uri($"http://localhost:{port}/"), test.CancellationToken));

        Assert.Contains("public internet", refused.ToString());
        Assert.IsFalse(listener.Pending());
    }

    private static InstanceAddresses Addresses(string app, string gitLab = "https://gitlab.com", bool allowPrivate = false) => new(
        Options.Create(new GitLabOptions { Host = new Uri(gitLab), ApplicationId = "id", AllowPrivateHosts = allowPrivate }), Options.Create(new AppOptions { BaseUrl = new Uri(app) }));
}
