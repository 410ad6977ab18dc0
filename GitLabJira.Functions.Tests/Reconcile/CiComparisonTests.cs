using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Publishing;
using GitLabJira.Functions.Storage;
using GitLabJira.Functions.Tests.GitLab;

namespace GitLabJira.Functions.Tests.Reconcile;

/// <summary>Which pipelines a round has looked at.</summary>
[TestClass]
public sealed class CiComparisonTests(TestContext test)
{
    private const string Project = $"GET {GitLabScene.Api}projects/7";
    private const string Pipelines = $"{Project}/pipelines?order_by=updated_at&sort=desc&per_page=100&updated_after=2026-11-22T12%3A00%3A00.000Z";
    private const string Children = $"{Pipelines}&source=parent_pipeline";

    private readonly ReconcileScene _scene = new();

    [TestMethod]
    public async Task Has_a_child_pipeline_looked_at_that_nobody_told()
    {
        var link = await DueAsync();
        _scene.GitLab.Http.On(Pipelines, "[]");
        _scene.GitLab.Http.On(Children, $"[{Pipeline(9)}]");
        ShowsNothingElse();

        await _scene.Round.RunAsync(link.Id, test.CancellationToken);

        Assert.AreEqual((EntityKind.Build, "9"), (_scene.Looks.Single().Entity.Kind, _scene.Looks.Single().Entity.Name));
        _scene.GitLab.Http.AssertAllAsked();
    }

    [TestMethod]
    public async Task Leaves_to_the_next_round_what_is_more_than_a_thousand_and_forgets_none()
    {
        var link = await DueAsync();
        ShowsPipelines(1_050);
        ShowsNothingElse();

        await _scene.Round.RunAsync(link.Id, test.CancellationToken);

        Assert.HasCount(1_000, _scene.Looks);
        var first = await MarkAsync(link);
        Assert.AreEqual(GitLabScene.Start, first.LookedAt);
        Assert.IsNull(first.DailyAt);

        var log = new LookLog(_scene.GitLab.Tables.Tables, new GroupCommit(), _scene.GitLab.Clock);

        foreach (var look in _scene.Looks)
        {
            await log.NoteAsync(look.Entity, test.CancellationToken);
        }

        _scene.Looks.Clear();
        _scene.GitLab.Clock.Advance(TimeSpan.FromMinutes(15));
        ShowsGroup(link);
        _scene.GitLab.Http.On(ReconcileScene.ChangedSince(GitLabScene.Start.AddMinutes(10)), "[]");
        ShowsPipelines(1_050);
        _scene.GitLab.Http.On(Children, "[]");
        ShowsNothingElse();

        await _scene.Round.RunAsync(link.Id, test.CancellationToken);

        Assert.HasCount(50, _scene.Looks);
        Assert.AreEqual(GitLabScene.Start.AddMinutes(30), (await MarkAsync(link)).LookedAt);
    }

    private static string Pipeline(int id) => $$"""{"id":{{id}},"iid":{{id}},"sha":"a","ref":"x","status":"success","updated_at":"2026-11-22T12:05:00.000Z"}""";

    private async Task<Link> DueAsync()
    {
        var link = await _scene.DueAsync(test.CancellationToken);
        await _scene.Projects.SaveAsync(new LinkedProject(link.Id, 7, "acme/p7", HookId: null, LastResult: null), test.CancellationToken);
        ShowsGroup(link);
        return link;
    }

    private void ShowsGroup(Link link) =>
        _scene.ShowsGroup(link, """[{"id":7,"path_with_namespace":"acme/p7","default_branch":"main","empty_repo":true,"last_activity_at":"2026-11-22T12:10:00.000Z"}]""");

    private void ShowsPipelines(int count)
    {
        var pages = Enumerable.Range(1, count).Select(Pipeline).Chunk(100).ToList();

        for (var page = 1; page <= pages.Count; page++)
        {
            var route = page == 1 ? Pipelines : $"{Pipelines}&page={page}";
            (string, string)[] link = page == pages.Count ? [] : [("Link", $"<{Pipelines[4..]}&page={page + 1}>; rel=\"next\"")];
            _scene.GitLab.Http.On(route, $"[{string.Join(',', pages[page - 1])}]", link);
        }
    }

    private void ShowsNothingElse()
    {
        _scene.GitLab.Http.On($"{Project}/deployments?order_by=updated_at&sort=desc&per_page=100&updated_after=2026-11-22T12%3A00%3A00.000Z", "[]");
        _scene.GitLab.Http.On($"{Project}/feature_flags?per_page=100", "[]");
    }

    private async Task<ProjectMark> MarkAsync(Link link) => (await _scene.GitLab.Repairs.MarksAsync(link.Id, test.CancellationToken))[7];
}
