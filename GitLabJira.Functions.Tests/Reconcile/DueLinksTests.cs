using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.Tests.GitLab;

namespace GitLabJira.Functions.Tests.Reconcile;

/// <summary>Whatever is lost or dies, no link is forgotten, and none is asked for all the time.</summary>
[TestClass]
public sealed class DueLinksTests(TestContext test)
{
    private readonly ReconcileScene _scene = new();

    [TestMethod]
    public async Task A_link_that_is_due_gets_one_message()
    {
        var link = await _scene.DueAsync(test.CancellationToken);

        await _scene.SweepAsync(test.CancellationToken);
        await _scene.SweepAsync(test.CancellationToken);

        Assert.AreEqual(link.Id, _scene.Messages.Single());
        Assert.HasCount(1, _scene.GitLab.Tables.Keys("Due"));
    }

    [TestMethod]
    public async Task A_link_that_is_not_due_gets_none()
    {
        await _scene.DueAsync(test.CancellationToken);
        var other = await _scene.GitLab.LinkAsync(test.CancellationToken, "other", groupId: 6);
        await _scene.GitLab.Activity.BeginAsync(other, test.CancellationToken);

        await _scene.SweepAsync(test.CancellationToken);

        Assert.DoesNotContain(other.Id, _scene.Messages);
    }

    [TestMethod]
    public async Task A_message_that_is_lost_is_sent_again()
    {
        var link = await _scene.DueAsync(test.CancellationToken);
        await _scene.SweepAsync(test.CancellationToken);

        _scene.GitLab.Clock.Advance(TimeSpan.FromMinutes(31));
        await _scene.SweepAsync(test.CancellationToken);

        Assert.AreEqual($"{link.Id} {link.Id}", string.Join(' ', _scene.Messages));
    }

    [TestMethod]
    public async Task A_row_that_its_link_does_not_stand_in_any_more_is_removed()
    {
        var link = await _scene.DueAsync(test.CancellationToken);
        // The process that moved it died before it could take the old row away.
        await _scene.GitLab.Repairs.UpdateAsync(link.ClientKey, link.Id, state => state with { DueAt = GitLabScene.Start.AddHours(3), Bucket = null }, test.CancellationToken);

        await _scene.SweepAsync(test.CancellationToken);

        Assert.IsEmpty(_scene.Messages);
        Assert.AreEqual($"202611221500 {link.Id:N}", string.Join(", ", _scene.GitLab.Tables.Keys("Due")));
    }

    [TestMethod]
    public async Task A_link_that_was_made_before_there_was_a_time_for_it_gets_one()
    {
        var link = await _scene.GitLab.LinkAsync(test.CancellationToken);

        await _scene.CastNetAsync(test.CancellationToken);
        _scene.GitLab.Clock.Advance(TimeSpan.FromMinutes(15));
        await _scene.SweepAsync(test.CancellationToken);

        Assert.AreEqual(link.Id, _scene.Messages.Single());
    }

    [TestMethod]
    public async Task A_link_that_has_lost_its_row_is_found()
    {
        var link = await _scene.DueAsync(test.CancellationToken);
        await _scene.GitLab.Repairs.DropDueAsync((await _scene.StateAsync(link, test.CancellationToken)).Bucket!, link.Id, test.CancellationToken);

        await _scene.CastNetAsync(test.CancellationToken);
        await _scene.SweepAsync(test.CancellationToken);
        Assert.IsEmpty(_scene.Messages);

        _scene.GitLab.Clock.Advance(TimeSpan.FromHours(3));
        await _scene.CastNetAsync(test.CancellationToken);
        _scene.GitLab.Clock.Advance(TimeSpan.FromMinutes(15));
        await _scene.SweepAsync(test.CancellationToken);
        Assert.AreEqual(link.Id, _scene.Messages.Single());
    }

    [TestMethod]
    public async Task An_unlinked_link_leaves_nothing_behind()
    {
        var link = await _scene.DueAsync(test.CancellationToken);
        await _scene.GitLab.Repairs.SaveAsync(link.Id, new ProjectMark(7), test.CancellationToken);
        var unlinking = (await _scene.GitLab.Removal.BeginAsync(link.ClientKey, link.Id, "unlinked", test.CancellationToken))!;

        await _scene.GitLab.Removal.RemoveAsync(unlinking, test.CancellationToken);

        Assert.IsEmpty(_scene.GitLab.Tables.Keys("Due"));
        Assert.IsEmpty(_scene.GitLab.Tables.Keys("Reconciles"));
    }
}
