using System.Net;
using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Installations;
using GitLabJira.Functions.Jira.Publishing;
using GitLabJira.Functions.Relay;
using GitLabJira.Functions.Storage;
using GitLabJira.Functions.Tests.GitLab.Hooks;
using Moq;

namespace GitLabJira.Functions.Tests.Relay;

/// <summary>What a failure of GitLab means for an event (design 8, Live). Nothing of it throws.</summary>
[TestClass]
public sealed class EventTranslationTests
{
    private static readonly GitLabMergeRequest Seen = new()
    {
        Id = 900,
        Iid = 3,
        ProjectId = 7,
        Reference = "acme/anvil!3",
        Title = "ABC-2 As GitLab has it",
        State = MergeRequestState.Opened,
        SourceBranch = "fix",
        TargetBranch = "main",
        SourceProjectId = 8,
        CreatedAt = Samples.Now.AddSeconds(-10),
        UpdatedAt = Samples.Now.AddSeconds(-1),
        WebUrl = "https://gitlab.example/acme/anvil/-/merge_requests/3",
    };

    private readonly CancellationToken _cancel;
    private readonly RelayScene _scene = new();

    public EventTranslationTests(TestContext test)
    {
        _cancel = test.CancellationToken;
        GitLabShows(Seen);
    }

    [TestMethod]
    public async Task Sends_what_GitLab_shows_and_not_what_the_body_says()
    {
        await TranslateAsync(_scene.Hook(HookBodies.MergeRequest()));

        var change = _scene.Delivered.Single();
        Assert.IsTrue(change.FromRead);
        Assert.AreEqual("ABC-2", string.Join(' ', change.Keys));
        Assert.IsTrue(await IsAnsweredAsync());
    }

    [TestMethod]
    public async Task Waits_as_long_as_GitLab_says_at_no_cost_of_attempts()
    {
        Fails(GitLabFailure.RateLimited, TimeSpan.FromSeconds(90));
        var message = _scene.Hook(HookBodies.MergeRequest());

        await TranslateAsync(message);

        var (header, body, delay) = _scene.Queue.Single();
        Assert.AreEqual(TimeSpan.FromSeconds(90), delay);
        Assert.AreEqual(message.Header with { Id = header.Id, Attempt = 1 }, header, "A new message, that the host has never tried.");
        Assert.AreNotEqual(message.Header.Id, header.Id);
        Assert.IsTrue(body.AsSpan().SequenceEqual(message.Body.Span));
        Assert.IsEmpty(_scene.Delivered);
        Assert.IsFalse(await IsAnsweredAsync());
    }

    [TestMethod]
    public async Task Waits_longer_and_longer_while_GitLab_does_not_answer_and_sends_the_body_after_five_minutes()
    {
        Fails(GitLabFailure.Unavailable);
        await TranslateAsync(_scene.Hook(HookBodies.MergeRequest()));
        var waits = new List<TimeSpan>();

        while (_scene.Delivered.Count == 0)
        {
            waits.Add(_scene.Queue.Single().Delay);
            await TranslateAsync(_scene.TakeLater());
        }

        Assert.AreEqual("5 10 20 40 80 145", string.Join(' ', waits.Select(wait => wait.TotalSeconds)));
        Assert.AreEqual(Samples.Now.AddMinutes(5), _scene.Clock.GetUtcNow());
        var change = _scene.Delivered.Single(change => change.Entity.Kind is EntityKind.MergeRequest);
        Assert.IsFalse(change.FromRead);
        Assert.AreEqual("ABC-1", string.Join(' ', change.Keys));
        Assert.AreEqual(Samples.Now.ToUnixTimeMilliseconds() * 1000, change.Sequence, "The receive time: reads that come later win.");
    }

    [TestMethod]
    public async Task After_the_body_only_a_read_is_still_to_come()
    {
        Fails(GitLabFailure.Unavailable);
        var message = _scene.Hook(HookBodies.MergeRequest());
        _scene.Clock.Advance(TimeSpan.FromMinutes(5));
        await TranslateAsync(message);
        _scene.Delivered.Clear();

        await TranslateAsync(_scene.TakeLater());
        Assert.IsEmpty(_scene.Delivered, "The body goes once.");

        _scene.Refusal = null;
        await TranslateAsync(_scene.TakeLater());
        Assert.IsTrue(_scene.Delivered.Single().FromRead);
        Assert.IsTrue(await IsAnsweredAsync());
    }

    [TestMethod]
    [DataRow("delivery-1", 1)]
    [DataRow("delivery-2", 2)]
    [DataRow(null, 2)]
    public async Task An_event_that_comes_again_is_looked_at_once(string? second, int looks)
    {
        await TranslateAsync(_scene.Hook(HookBodies.MergeRequest()));

        await TranslateAsync(_scene.Hook(HookBodies.MergeRequest(), second));

        Assert.HasCount(looks, _scene.Delivered);
    }

    [TestMethod]
    public async Task An_event_is_not_dropped_because_the_process_remembers_the_app_as_uninstalled()
    {
        _scene.Recalled = _scene.Installation with { State = InstallationState.Uninstalled };
        await TranslateAsync(_scene.Hook(HookBodies.MergeRequest()));
        Assert.HasCount(1, _scene.Delivered);

        _scene.Installation = _scene.Recalled;
        await TranslateAsync(_scene.Hook(HookBodies.MergeRequest(), "delivery-2"));
        Assert.HasCount(1, _scene.Delivered);
    }

    [TestMethod]
    public async Task What_names_no_key_is_judged_and_not_remembered()
    {
        await TranslateAsync(_scene.Hook(HookBodies.Push(branch: "fix", message: "Tidy up")));

        Assert.IsEmpty(_scene.Delivered);
        Assert.IsFalse((await _scene.Log.ReadAsync(EntityRefs.Branch(Samples.Link, 7, "fix"), _cancel)).Answered("delivery-1"));
        Assert.IsNotNull(await _scene.Log.LastJudgedAsync(EntityRefs.Branch(Samples.Link, 7, "fix"), _cancel));
    }

    [TestMethod]
    public async Task Obeys_a_named_wait_of_an_hour_once_the_body_is_with_Jira()
    {
        Fails(GitLabFailure.RateLimited, TimeSpan.FromHours(1));
        await TranslateAsync(_scene.Hook(HookBodies.MergeRequest()));
        var first = _scene.Queue.Single().Delay;
        await TranslateAsync(_scene.TakeLater());

        Assert.AreEqual(TimeSpan.FromMinutes(5), first);
        Assert.IsNotEmpty(_scene.Delivered);
        Assert.AreEqual(TimeSpan.FromHours(1), _scene.Queue.Single().Delay);
    }

    [TestMethod]
    public async Task Gives_a_read_up_after_a_day()
    {
        Fails(GitLabFailure.Unavailable);
        var message = _scene.Hook(HookBodies.MergeRequest());
        _scene.Clock.Advance(TimeSpan.FromHours(24));

        await TranslateAsync(message);

        Assert.IsEmpty(_scene.Queue);
        Assert.IsFalse(_scene.Delivered[0].FromRead);
    }

    [TestMethod]
    public async Task Without_a_grant_the_body_goes_at_once_and_nothing_waits()
    {
        _scene.Refusal = new NoUsableGrantException(Samples.Link.Id);

        await TranslateAsync(_scene.Hook(HookBodies.MergeRequest()));

        Assert.IsFalse(_scene.Delivered.Single(change => change.Entity.Kind is EntityKind.MergeRequest).FromRead);
        Assert.IsEmpty(_scene.Queue);
        Assert.IsTrue(await IsAnsweredAsync());
    }

    [TestMethod]
    [DataRow(GitLabFailure.Forbidden)]
    [DataRow(GitLabFailure.NotFound)]
    public async Task What_is_refused_is_looked_at_once_more_and_never_taken_for_deleted(GitLabFailure failure)
    {
        _scene.Holds(EntityKind.MergeRequest, "900");
        Fails(failure);

        await TranslateAsync(_scene.Hook(HookBodies.MergeRequest()));
        var wait = _scene.Queue.Single().Delay;
        await TranslateAsync(_scene.TakeLater());

        Assert.AreEqual(TimeSpan.FromSeconds(61), wait);
        Assert.IsEmpty(_scene.Queue);
        Assert.IsTrue(_scene.Delivered.All(change => change is { FromRead: false, Body: not null }));
    }

    [TestMethod]
    public async Task A_merge_request_whose_project_cannot_be_read_either_is_not_deleted()
    {
        _scene.Holds(EntityKind.MergeRequest, "900");
        GitLabShows(null);
        _scene.Reader.Setup(r => r.ProjectAsync(It.IsAny<GitLabAccess>(), 7, It.IsAny<CancellationToken>())).ReturnsAsync((GitLabProject?)null);

        await TranslateAsync(_scene.Hook(HookBodies.MergeRequest(title: "ABC-1 Closed", state: "closed")));
        await TranslateAsync(_scene.TakeLater());

        // What the body says is all there is.
        Assert.IsTrue(_scene.Delivered.All(change => change is { FromRead: false, Body: not null }));
        Assert.IsEmpty(_scene.Queue);
    }

    [TestMethod]
    public async Task A_merge_request_that_is_gone_from_a_project_that_can_be_read_is_deleted_after_further_looks()
    {
        _scene.Holds(EntityKind.MergeRequest, "900");
        GitLabShows(null);
        await TranslateAsync(_scene.Hook(HookBodies.MergeRequest(title: "ABC-1 Closed", state: "closed")));
        var waits = new List<double>();

        // A replica that lags answers the same.
        while (_scene.Delivered.Count == 0)
        {
            waits.Add(_scene.Queue.Single().Delay.TotalSeconds);
            await TranslateAsync(_scene.TakeLater());
        }

        Assert.AreEqual("5 15 41", string.Join(' ', waits));
        Assert.IsNull(_scene.Delivered.Single().Body);
        Assert.AreEqual("900", _scene.Delivered.Single().Entity.EntityId);
    }

    [TestMethod]
    [DataRow("unlinked")]
    [DataRow("unlinking")]
    [DataRow("linked anew")]
    [DataRow("uninstalled")]
    [DataRow("installed anew")]
    public async Task Drops_what_is_of_an_epoch_that_is_over(string what)
    {
        var message = _scene.Hook(HookBodies.MergeRequest());
        _scene.Link = what switch
        {
            "unlinked" => null,
            "unlinking" => Samples.Link with { State = LinkState.Unlinking },
            "linked anew" => Samples.Link with { Epoch = Samples.Link.Epoch + 1 },
            _ => Samples.Link,
        };
        _scene.Installation = what switch
        {
            "uninstalled" => _scene.Installation with { State = InstallationState.Uninstalled },
            "installed anew" => _scene.Installation with { Epoch = 2 },
            _ => _scene.Installation,
        };

        await TranslateAsync(message);

        Assert.IsEmpty(_scene.Delivered);
        Assert.IsEmpty(_scene.Queue);
        _scene.Reader.Verify(r => r.MergeRequestAsync(It.IsAny<GitLabAccess>(), It.IsAny<long>(), It.IsAny<long>(), It.IsAny<CancellationToken>()), Times.Never);
    }

    [TestMethod]
    public async Task What_comes_before_the_link_is_made_waits_for_it_or_for_its_end()
    {
        _scene.Link = Samples.Link with { State = LinkState.Linking };
        await TranslateAsync(_scene.Hook(HookBodies.MergeRequest()));
        var later = _scene.TakeLater();

        _scene.Link = Samples.Link;
        await TranslateAsync(later);

        Assert.AreEqual(Samples.Now.AddSeconds(10), _scene.Clock.GetUtcNow());
        Assert.HasCount(1, _scene.Delivered);

        _scene.Queue.Clear();
        _scene.Link = Samples.Link with { State = LinkState.Linking };
        _scene.Clock.Advance(TimeSpan.FromMinutes(3));
        await TranslateAsync(later);
        Assert.IsEmpty(_scene.Queue, "A link that is still being made after three minutes is undone soon.");
    }

    [TestMethod]
    public async Task A_delivery_is_translated_once_and_one_without_a_name_each_time()
    {
        await TranslateAsync(_scene.Hook(HookBodies.MergeRequest(), "delivery-1"));
        await TranslateAsync(_scene.Hook(HookBodies.MergeRequest(), "delivery-1"));
        Assert.HasCount(1, _scene.Delivered);

        await TranslateAsync(_scene.Hook(HookBodies.MergeRequest(), deliveryId: null));
        await TranslateAsync(_scene.Hook(HookBodies.MergeRequest(), deliveryId: null));
        Assert.HasCount(3, _scene.Delivered);
    }

    [TestMethod]
    public async Task A_look_that_somebody_else_took_meanwhile_is_left_out()
    {
        var entity = EntityRefs.MergeRequest(Samples.Link, 7, 900, 3);
        var request = LookRequest.At(entity) with { WasKeyed = true, ReadFrom = Samples.Now.ToUnixTimeMilliseconds() };
        await TranslateAsync(Look(request));
        await TranslateAsync(Look(request));
        Assert.HasCount(1, _scene.Delivered);

        await TranslateAsync(Look(request with { ReadFrom = Samples.Now.ToUnixTimeMilliseconds() + 1 }));
        Assert.HasCount(2, _scene.Delivered);
    }

    [TestMethod]
    public async Task What_names_only_issues_that_Jira_does_not_know_is_not_looked_at_for_ever()
    {
        // Jira took it and holds nothing of it.
        _scene.Holds(EntityKind.MergeRequest, "900", confirmed: false);

        foreach (var delivery in new[] { "delivery-1", "delivery-2", "delivery-3" })
        {
            await TranslateAsync(_scene.Hook(HookBodies.MergeRequest(), delivery));
            _scene.Clock.Advance(TimeSpan.FromSeconds(2));
        }

        var looks = _scene.Queue.Where(message => message.Delay == Settling.Settled).ToList();
        Assert.HasCount(2, looks, "All but the first found themselves beside another.");
        _scene.Queue.Clear();
        _scene.Clock.Advance(Settling.Settled - TimeSpan.FromSeconds(4));

        foreach (var (header, body, _) in looks)
        {
            await TranslateAsync(new OpenedMessage(header, body));
            _scene.Clock.Advance(TimeSpan.FromSeconds(2));
        }

        Assert.IsEmpty(_scene.Queue.Where(message => message.Delay == Settling.Settled), "These two stand beside each other too, but have found nothing else.");
    }

    [TestMethod]
    public async Task A_look_whose_process_died_over_it_is_done_again()
    {
        var entity = EntityRefs.MergeRequest(Samples.Link, 7, 900, 3);
        await _scene.Log.BeginAsync(entity, known: null, _cancel);

        await TranslateAsync(Look(LookRequest.At(entity) with { WasKeyed = true, ReadFrom = Samples.Now.ToUnixTimeMilliseconds() }));

        Assert.HasCount(1, _scene.Delivered);
    }

    [TestMethod]
    public async Task A_look_at_which_GitLab_failed_is_done_again()
    {
        Fails(GitLabFailure.Unavailable);
        await TranslateAsync(Look(LookRequest.At(EntityRefs.MergeRequest(Samples.Link, 7, 900, 3)) with { WasKeyed = true, ReadFrom = Samples.Now.ToUnixTimeMilliseconds() }));
        Assert.IsEmpty(_scene.Delivered);

        _scene.Refusal = null;
        await TranslateAsync(_scene.TakeLater());

        Assert.HasCount(1, _scene.Delivered);
    }

    [TestMethod]
    public async Task A_look_that_is_refused_is_repeated_once_and_then_left()
    {
        Fails(GitLabFailure.NotFound);

        await TranslateAsync(Look(LookRequest.At(EntityRefs.MergeRequest(Samples.Link, 7, 900, 3))));
        var wait = _scene.Queue.Single().Delay;
        await TranslateAsync(_scene.TakeLater());

        Assert.AreEqual(TimeSpan.FromSeconds(61), wait);
        Assert.IsEmpty(_scene.Queue);
        Assert.IsEmpty(_scene.Delivered);
    }

    [TestMethod]
    [DataRow("hook", "{}")]
    [DataRow("look", "not JSON")]
    [DataRow("something else", "{}")]
    public async Task What_nobody_can_understand_is_said_so(string kind, string body)
    {
        var message = _scene.Hook(body);

        await Assert.ThrowsExactlyAsync<MessageUnreadableException>(() => TranslateAsync(message with { Header = message.Header with { Kind = kind } }));
        await Assert.ThrowsExactlyAsync<MessageUnreadableException>(() => TranslateAsync(message with { Header = message.Header with { LinkId = null } }));
    }

    private async Task<bool> IsAnsweredAsync() => (await _scene.Log.ReadAsync(EntityRefs.MergeRequest(Samples.Link, 7, 900, 3), _cancel)).Answered("delivery-1");

    private OpenedMessage Look(LookRequest request)
    {
        var message = _scene.Hook("{}", deliveryId: null);
        return new OpenedMessage(message.Header with { Kind = "look" }, request.ToBytes());
    }

    private void GitLabShows(GitLabMergeRequest? mergeRequest) =>
        _scene.Reader.Setup(r => r.MergeRequestAsync(It.IsAny<GitLabAccess>(), 7, 3, It.IsAny<CancellationToken>())).ReturnsAsync(mergeRequest);

    private void Fails(GitLabFailure failure, TimeSpan? retryAfter = null) => _scene.Refusal = new GitLabRequestException(failure, HttpStatusCode.ServiceUnavailable, retryAfter);

    private Task TranslateAsync(OpenedMessage message) => _scene.Events.TranslateAsync(message, _cancel);
}
