using System.Net;
using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Tests.GitLab.Hooks;
using GitLabJira.Functions.Trail;
using Moq;

namespace GitLabJira.Functions.Tests.Relay;

/// <summary>What the trail hears of an event.</summary>
[TestClass]
public sealed class TurnTrailTests(TestContext test)
{
    private readonly RelayScene _scene = new();

    [TestMethod]
    public async Task Tells_what_was_received_and_read_and_which_keys_were_found()
    {
        _scene.Reader.Setup(r => r.MergeRequestAsync(It.IsAny<GitLabAccess>(), 7, 3, It.IsAny<CancellationToken>())).ReturnsAsync(new GitLabMergeRequest
        {
            Id = 900,
            Iid = 3,
            ProjectId = 7,
            Reference = "acme/anvil!3",
            Title = "ABC-2 As GitLab has it",
            State = MergeRequestState.Merged,
            SourceBranch = "fix",
            TargetBranch = "main",
            SourceProjectId = 8,
            CreatedAt = Samples.Now.AddSeconds(-10),
            UpdatedAt = Samples.Now.AddSeconds(-1),
            WebUrl = "https://gitlab.example/acme/anvil/-/merge_requests/3",
        });
        _scene.Holds(EntityKind.MergeRequest, "900", "ABC-9");

        await TranslateAsync(HookBodies.MergeRequest(), "delivery-5");

        var note = _scene.Trail.Notes.Single();
        Assert.AreEqual(new TrailSubject(Samples.Link.Id, 7, EntityKind.MergeRequest, "900", "3"), note.Subject);
        Assert.AreEqual((TrailEvent.HandedOver, TrailSight.Present, "merge_request", "delivery-5", Lane.Live), (note.Event, note.Sight, note.Cause, note.DeliveryId, note.Lane));
        Assert.AreEqual((_scene.Delivered.Single().Sequence, (DateTimeOffset?)Samples.Now), (note.Sequence, note.ReceivedAt));
        Assert.AreEqual("ABC-2 instead of ABC-9", $"{string.Join(' ', note.Keys)} instead of {string.Join(' ', note.KeysBefore)}");
    }

    [TestMethod]
    public async Task Tells_that_there_was_no_key()
    {
        await TranslateAsync(HookBodies.Push(branch: "fix", message: "Fix it"));

        Assert.AreEqual("Branch NoKey, Commit NoKey", Told);
    }

    [TestMethod]
    [DataRow(GitLabFailure.Unavailable, "MergeRequest Unread")]
    [DataRow(null, "MergeRequest NeedsSignIn, MergeRequest HandedOver, Branch HandedOver")]
    public async Task Tells_that_GitLab_could_not_be_read(GitLabFailure? failure, string told)
    {
        _scene.Refusal = failure is { } kind ? new GitLabRequestException(kind, HttpStatusCode.ServiceUnavailable, retryAfter: null) : new NoUsableGrantException(Samples.Link.Id);

        await TranslateAsync(HookBodies.MergeRequest());

        Assert.AreEqual(told, Told);
    }

    [TestMethod]
    public async Task Tells_that_the_settings_leave_a_project_out()
    {
        _scene.Link = Samples.Link with { Settings = LinkSettings.Default with { ExcludedProjects = [new NamedProject(7, "acme/anvil")] } };

        await TranslateAsync(HookBodies.Pipeline());

        Assert.AreEqual("Build Excluded", Told);
    }

    private string Told => string.Join(", ", _scene.Trail.Notes.Select(note => $"{note.Subject.Kind} {note.Event}"));

    private Task TranslateAsync(string body, string deliveryId = "delivery-1") => _scene.Events.TranslateAsync(_scene.Hook(body, deliveryId), test.CancellationToken);
}
