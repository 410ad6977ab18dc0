using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.GitLab.Reading;
using GitLabJira.Functions.InitialSync;
using GitLabJira.Functions.Tests.Budgets;
using GitLabJira.Functions.Tests.GitLab;
using Moq;

namespace GitLabJira.Functions.Tests.InitialSync;

/// <summary>What a sync reads of child pipelines, which GitLab lists by themselves.</summary>
[TestClass]
public sealed class CiReadingTests(TestContext test)
{
    private const string Pipelines = "GET https://gitlab.test/api/v4/projects/1/pipelines?order_by=updated_at&sort=desc&per_page=100&updated_after=2026-08-24T12%3A00%3A00.000Z";
    private const string Children = $"{Pipelines}&source=parent_pipeline";

    [TestMethod]
    public async Task Reads_child_pipelines_after_the_others_and_goes_on_among_them()
    {
        var http = new StubHttp();
        http.On(Pipelines, $"[{Pipeline(4)},{Pipeline(1)}]");
        http.On(Children, $"[{Pipeline(3)}]", ("Link", $"<{Children[4..]}&page=2>; rel=\"next\""));
        http.On($"{Children}&page=2", $"[{Pipeline(2)}]");
        var project = Project(http);

        Assert.AreEqual(ReadingEnd.Stopped, (await project.RunAsync(start: null, test.CancellationToken)).End);
        project.StopsAfter = int.MaxValue;
        var result = await project.RunAsync(ProjectCursor.Parse(project.Kept[^1].ToText()), test.CancellationToken);

        Assert.AreEqual("Build 4, Build 1, Build 3, Build 2", project.Names);
        Assert.AreEqual(new KindCount(4, 4, 4), result.Counts.Of(SyncKind.Pipelines));
        http.AssertAllAsked();
    }

    /// <summary>Its run is stopped at the second cursor.</summary>
    private static ListedProject Project(StubHttp http)
    {
        var project = new ListedProject { Plan = new SyncPlan { Kinds = [SyncKind.Pipelines], WindowDays = 90 }, StopsAfter = 1 };
        var reader = new GitLabCiReader(new GitLabClient(http.Client(), KnownInstances.One, NoBudgets.Requests, project.Clock));
        project.CiReader.Setup(r => r.PipelinesAsync(It.IsAny<GitLabAccess>(), 1, It.IsAny<DateTimeOffset?>(), It.IsAny<Uri?>(), It.IsAny<CancellationToken>()))
            .Returns((GitLabAccess _, long id, DateTimeOffset? since, Uri? page, CancellationToken token) =>
                reader.PipelinesAsync(new GitLabAccess(KnownInstances.Host, "token", "grant"), id, since, page, token));
        project.CiReader.Setup(r => r.MergeRequestsAsync(It.IsAny<GitLabAccess>(), It.IsAny<GitLabPipeline>(), It.IsAny<CancellationToken>())).ReturnsAsync([]);
        project.CiReader.Setup(r => r.CommitAsync(It.IsAny<GitLabAccess>(), 1, It.IsAny<string>(), It.IsAny<CancellationToken>())).ReturnsAsync((GitLabCommit?)null);
        return project;
    }

    private static string Pipeline(int id) => $$"""{"id":{{id}},"iid":{{id}},"sha":"a","ref":"ABC-1-one","status":"running","updated_at":"2026-11-20T10:00:00.000Z"}""";
}
