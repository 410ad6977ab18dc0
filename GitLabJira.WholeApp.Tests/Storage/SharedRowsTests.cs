using GitLabJira.Functions.Jira.Installations;
using GitLabJira.Functions.Sealing;
using Microsoft.Extensions.DependencyInjection;

namespace GitLabJira.WholeApp.Tests.Storage;

/// <summary>What several processes write at once.</summary>
[TestClass]
public sealed class SharedRowsTests(TestContext test)
{
    private static readonly SealContext Place = new("Table", "p", "r", "Column");

    [TestMethod]
    public async Task Processes_that_make_the_first_data_key_at_once_can_open_each_others_values()
    {
        var name = StorageUnderTest.NewName();
        var processes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => StorageUnderTest.ProcessAsync(name)));
        var sealers = processes.Select(process => process.GetRequiredService<ISealer>()).ToList();

        var values = await Task.WhenAll(sealers.Select((sealer, i) => sealer.SealAsync(new byte[] { (byte)i }, Place, test.CancellationToken)));

        for (var i = 0; i < values.Length; i++)
        {
            foreach (var sealer in sealers)
            {
                Assert.AreEqual(i, (await sealer.OpenAsync(values[i], Place, test.CancellationToken)).Single());
            }
        }
    }

    [TestMethod]
    public async Task Values_open_after_their_data_keys_were_wrapped_anew()
    {
        var name = StorageUnderTest.NewName();
        await using var before = await StorageUnderTest.ProcessAsync(name);
        await using var after = await StorageUnderTest.ProcessAsync(name);
        var value = await before.GetRequiredService<ISealer>().SealAsync(new byte[] { 7 }, Place, test.CancellationToken);

        Assert.AreEqual(1, await before.GetRequiredService<DataKeys>().RewrapAsync(test.CancellationToken));

        Assert.AreEqual(7, (await after.GetRequiredService<ISealer>().OpenAsync(value, Place, test.CancellationToken)).Single());
    }

    [TestMethod]
    public async Task Installs_at_once_in_several_processes_end_in_the_newest()
    {
        var name = StorageUnderTest.NewName();
        var now = DateTimeOffset.UtcNow;
        var processes = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => StorageUnderTest.ProcessAsync(name)));
        var stores = processes.Select(process => process.GetRequiredService<InstallationStore>()).ToList();

        await Task.WhenAll(Enumerable.Range(0, 12).Select(i => stores[i % 3].InstallAsync(Call(i, now), test.CancellationToken)));

        foreach (var store in stores)
        {
            var installation = await store.FindAsync("tenant", fresh: true, test.CancellationToken);
            Assert.AreEqual("the-secret-of-this-site-no-00000011", installation!.SharedSecret);
            Assert.AreEqual(1, installation.Epoch);
        }

        Assert.AreEqual("tenant", string.Join(", ", await stores[0].SameSiteAsync("cloud", test.CancellationToken)));
    }

    [TestMethod]
    public async Task One_call_delivered_twice_at_once_is_applied_once()
    {
        var name = StorageUnderTest.NewName();
        var processes = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => StorageUnderTest.ProcessAsync(name)));
        var call = Call(1, DateTimeOffset.UtcNow);

        var outcomes = await Task.WhenAll(processes.Select(process => process.GetRequiredService<InstallationStore>().InstallAsync(call, test.CancellationToken)));

        Assert.AreEqual("Applied, Repeated", string.Join(", ", outcomes.Order()));
    }

    private static LifecycleCall Call(int number, DateTimeOffset now) => new()
    {
        ClientKey = "tenant",
        BaseUrl = new Uri("https://site.atlassian.net"),
        CloudId = "cloud",
        SharedSecret = $"the-secret-of-this-site-no-{number:D8}",
        IssuedAt = now.AddSeconds(number),
        ExpiresAt = now.AddMinutes(3),
        TokenHash = $"token{number}",
        BodyHash = $"body{number}",
    };
}
