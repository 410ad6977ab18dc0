using GitLabJira.Functions.GitLab.Links;

namespace GitLabJira.Functions.Tests.GitLab.Links;

/// <summary>No secret is for ever, and none ends while a hook may still have it.</summary>
[TestClass]
public sealed class HookSecretRotationTests(TestContext test)
{
    private static readonly TimeSpan Life = new ReconcileOptions().HookSecretLife;

    private readonly GitLabScene _scene = new();

    [TestMethod]
    public async Task A_secret_that_is_not_old_stays()
    {
        var link = await _scene.LinkAsync(test.CancellationToken);
        var first = await SecretsAsync(link);
        _scene.Clock.Advance(Life);

        await RotateAsync(link, lastRound: _scene.Clock.GetUtcNow());

        CollectionAssert.AreEqual(first, await SecretsAsync(link));
    }

    [TestMethod]
    public async Task An_old_one_gets_a_successor_and_stays_valid_beside_it()
    {
        var link = await _scene.LinkAsync(test.CancellationToken);
        var first = await SecretsAsync(link);
        _scene.Clock.Advance(Life + TimeSpan.FromSeconds(1));

        await RotateAsync(link, lastRound: _scene.Clock.GetUtcNow().AddMinutes(-15));

        var secrets = await SecretsAsync(link);
        Assert.HasCount(2, secrets);
        Assert.AreEqual(first.Single(), secrets[1]);
        Assert.AreNotEqual(secrets[1].Token, secrets[0].Token);
        Assert.AreNotEqual(secrets[1].SigningToken, secrets[0].SigningToken);
    }

    [TestMethod]
    [DataRow(24 * 60, 2)]
    [DataRow((24 * 60) + 1, 1)]
    public async Task The_older_one_ends_when_a_round_began_more_than_a_day_after_the_newer_one(int minutes, int expected)
    {
        var link = await RotatedAsync();
        var newest = (await SecretsAsync(link))[0];
        var round = _scene.Clock.GetUtcNow().AddMinutes(minutes);
        _scene.Clock.Advance(TimeSpan.FromDays(2));

        await RotateAsync(link, round);

        var secrets = await SecretsAsync(link);
        Assert.HasCount(expected, secrets);
        Assert.AreEqual(newest, secrets[0]);
    }

    [TestMethod]
    public async Task The_older_one_stays_valid_as_long_as_no_round_comes_to_its_end()
    {
        var link = await RotatedAsync();
        _scene.Clock.Advance(TimeSpan.FromDays(400));

        await RotateAsync(link, lastRound: null);

        Assert.HasCount(2, await SecretsAsync(link));
    }

    [TestMethod]
    public async Task The_day_begins_anew_when_a_hook_could_not_be_written()
    {
        var link = await RotatedAsync();
        _scene.Clock.Advance(TimeSpan.FromHours(20));
        await _scene.Secrets.PutOffAsync((await _scene.Links.GetAsync(link.ClientKey, link.Id, test.CancellationToken))!, test.CancellationToken);
        var failed = _scene.Clock.GetUtcNow();

        await RotateAsync(link, lastRound: failed.AddHours(24));
        Assert.HasCount(2, await SecretsAsync(link));

        await RotateAsync(link, lastRound: failed.AddHours(25));
        Assert.HasCount(1, await SecretsAsync(link));
    }

    [TestMethod]
    public async Task A_change_of_the_link_keeps_its_secrets()
    {
        var link = await RotatedAsync();
        var secrets = await SecretsAsync(link);

        var changed = await _scene.Links.UpdateAsync(link.ClientKey, link.Id, row => row with { StateReason = "changed" }, test.CancellationToken);

        CollectionAssert.AreEqual(secrets, await SecretsAsync(changed!));
    }

    private async Task<Link> RotatedAsync()
    {
        var link = await _scene.LinkAsync(test.CancellationToken);
        _scene.Clock.Advance(Life + TimeSpan.FromSeconds(1));
        await RotateAsync(link, lastRound: null);
        return link;
    }

    private async Task RotateAsync(Link link, DateTimeOffset? lastRound) =>
        await _scene.Secrets.RotateAsync((await _scene.Links.GetAsync(link.ClientKey, link.Id, test.CancellationToken))!, lastRound, test.CancellationToken);

    private async Task<List<HookSecret>> SecretsAsync(Link link) =>
        [.. await _scene.Links.HookSecretsAsync((await _scene.Links.GetAsync(link.ClientKey, link.Id, test.CancellationToken))!, test.CancellationToken)];
}
