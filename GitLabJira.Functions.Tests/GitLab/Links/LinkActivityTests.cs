using GitLabJira.Functions.GitLab.Links;

namespace GitLabJira.Functions.Tests.GitLab.Links;

[TestClass]
public sealed class LinkActivityTests(TestContext test)
{
    private readonly GitLabScene _scene = new();

    [TestMethod]
    public async Task A_new_link_is_looked_at_after_a_quarter_of_an_hour()
    {
        var link = await _scene.LinkAsync(test.CancellationToken);

        await _scene.Activity.BeginAsync(link, test.CancellationToken);
        _scene.Clock.Advance(TimeSpan.FromMinutes(5));
        await _scene.Activity.BeginAsync(link, test.CancellationToken);

        Assert.AreEqual(GitLabScene.Start.AddMinutes(15), (await StateAsync(link)).DueAt);
        Assert.HasCount(1, _scene.Tables.Keys("Due"));
    }

    [TestMethod]
    [DataRow(300, 15, 0, DisplayName = "Far off: it is brought forward")]
    [DataRow(10, 10, 4, DisplayName = "Near: it stays")]
    public async Task An_event_brings_a_far_look_forward(int due, int expected, int quiet)
    {
        var link = await _scene.LinkAsync(test.CancellationToken);
        await _scene.Repairs.UpdateAsync(link.ClientKey, link.Id, state => state with { DueAt = GitLabScene.Start.AddMinutes(due), Quiet = 4 }, test.CancellationToken);

        await _scene.Activity.NoteAsync(link, test.CancellationToken);

        Assert.AreEqual((GitLabScene.Start.AddMinutes(expected), quiet), ((await StateAsync(link)).DueAt, (await StateAsync(link)).Quiet));
        Assert.HasCount(1, _scene.Tables.Keys("Due"));
    }

    [TestMethod]
    public async Task Many_events_read_the_row_every_ten_minutes_at_most()
    {
        var link = await _scene.LinkAsync(test.CancellationToken);
        await _scene.Activity.BeginAsync(link, test.CancellationToken);
        await _scene.Activity.NoteAsync(link, test.CancellationToken);
        var far = GitLabScene.Start.AddHours(6);
        await _scene.Repairs.UpdateAsync(link.ClientKey, link.Id, state => state with { DueAt = far }, test.CancellationToken);

        await _scene.Activity.NoteAsync(link, test.CancellationToken);
        Assert.AreEqual(far, (await StateAsync(link)).DueAt);
        _scene.Clock.Advance(TimeSpan.FromMinutes(10));
        await _scene.Activity.NoteAsync(link, test.CancellationToken);
        Assert.AreEqual(GitLabScene.Start.AddMinutes(25), (await StateAsync(link)).DueAt);
    }

    [TestMethod]
    public async Task Repairs_are_counted_also_when_several_count_at_once()
    {
        var link = await _scene.LinkAsync(test.CancellationToken);

        await Task.WhenAll(Enumerable.Range(1, 8).Select(count => _scene.Activity.RepairedAsync(link, count, test.CancellationToken)));

        Assert.AreEqual(36, (await StateAsync(link)).Repaired);
    }

    private async Task<RepairState> StateAsync(Link link) => (await _scene.Repairs.FindAsync(link.Id, test.CancellationToken))!;
}
