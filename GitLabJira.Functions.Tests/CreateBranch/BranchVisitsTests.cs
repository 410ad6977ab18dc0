using GitLabJira.Functions.CreateBranch;
using GitLabJira.Functions.Tests.GitLab;

namespace GitLabJira.Functions.Tests.CreateBranch;

/// <summary>Tickets, sessions and the sign-ins within.</summary>
[TestClass]
public sealed class BranchVisitsTests
{
    private static readonly BranchVisit Visit = new(GitLabScene.ClientKey, 1, GitLabScene.Ann, "SHOP-7", "A secret plan");

    private readonly TestContext _test;
    private readonly GitLabScene _scene = new();
    private readonly BranchVisits _visits;

    public BranchVisitsTests(TestContext test)
    {
        _test = test;
        _visits = new BranchVisits(_scene.Tables.Tables, _scene.Sealer, _scene.Clock);
    }

    [TestMethod]
    public async Task A_ticket_gives_one_session_and_no_second()
    {
        var ticket = await _visits.IssueTicketAsync(Visit, _test.CancellationToken);

        var first = await _visits.RedeemAsync(ticket, _test.CancellationToken);
        var second = await _visits.RedeemAsync(ticket, _test.CancellationToken);

        Assert.AreEqual(Visit, first!.Visit);
        Assert.AreEqual(_scene.Clock.GetUtcNow().AddHours(1), first.ExpiresAt);
        Assert.IsNull(second);
        Assert.IsNull(await _visits.FindAsync(ticket, _test.CancellationToken), "a ticket is no session");
        Assert.IsNull(await _visits.RedeemAsync(first.Token, _test.CancellationToken), "a session is no ticket");
    }

    [TestMethod]
    public async Task A_ticket_is_good_for_five_minutes()
    {
        var ticket = await _visits.IssueTicketAsync(Visit, _test.CancellationToken);
        _scene.Clock.Advance(TimeSpan.FromMinutes(5));

        Assert.IsNull(await _visits.RedeemAsync(ticket, _test.CancellationToken));
    }

    [TestMethod]
    public async Task A_session_ends_after_an_hour_and_outlives_midnight()
    {
        _scene.Clock.Advance(TimeSpan.FromHours(11.5));
        var ticket = await _visits.IssueTicketAsync(Visit, _test.CancellationToken);
        var session = await _visits.RedeemAsync(ticket, _test.CancellationToken);

        _scene.Clock.Advance(TimeSpan.FromMinutes(59));
        Assert.AreEqual(session, await _visits.FindAsync(session!.Token, _test.CancellationToken));

        _scene.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.IsNull(await _visits.FindAsync(session.Token, _test.CancellationToken));
    }

    [TestMethod]
    public async Task A_sign_in_belongs_to_its_session_alone()
    {
        var (mine, other) = (await SessionAsync(), await SessionAsync());
        var signIn = new BranchSignIn(KnownInstances.Host, 7, "ann", "access-of-ann");

        await _visits.KeepAsync(mine, signIn, _test.CancellationToken);

        Assert.AreEqual(signIn, await _visits.SignInAsync(mine, KnownInstances.Host, _test.CancellationToken));
        Assert.IsNull(await _visits.SignInAsync(other, KnownInstances.Host, _test.CancellationToken), "the same account, and yet another visit");
        Assert.IsEmpty(_scene.Tables.Keys("Grants"));
    }

    [TestMethod]
    public async Task What_stands_in_the_table_opens_nothing()
    {
        var ticket = await _visits.IssueTicketAsync(Visit, _test.CancellationToken);
        var session = await SessionAsync();
        await _visits.KeepAsync(session, new BranchSignIn(KnownInstances.Host, 7, "ann-the-user", "access-of-ann"), _test.CancellationToken);

        var rows = string.Join('\n', _scene.Tables.Rows("BranchVisits20261122").Select(row => row.ToJsonString()));

        foreach (var secret in new[] { ticket, session.Token, "access-of-ann", "ann-the-user", "SHOP-7", "A secret plan" })
        {
            Assert.DoesNotContain(secret, rows);
        }
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("short")]
    [DataRow("../../../../../../../../../../../../../../../x")]
    [DataRow("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Nothing_made_up_comes_in(string token)
    {
        Assert.IsNull(await _visits.RedeemAsync(token, _test.CancellationToken));
        Assert.IsNull(await _visits.FindAsync(token, _test.CancellationToken));
    }

    private async Task<BranchSession> SessionAsync() =>
        (await _visits.RedeemAsync(await _visits.IssueTicketAsync(Visit, _test.CancellationToken), _test.CancellationToken))!;
}
