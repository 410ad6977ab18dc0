using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using GitLabJira.Sandbox.GitLab.Changes;
using GitLabJira.Sandbox.GitLab.Hooks;
using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.Sandbox.GitLab.Rest;

/// <summary>Webhooks of projects (Maintainers) and of Premium groups (Owners). They are always read from the primary database, as GitLab does after a write.</summary>
internal static class HookEndpoints
{
    private const int MaxProjectHooks = 100;
    private const int MaxGroupHooks = 50;
    private static readonly TimeSpan LogDays = TimeSpan.FromDays(7);

    private static readonly string[] TestTriggers =
    [
        "push_events", "tag_push_events", "merge_requests_events", "note_events", "confidential_note_events", "issues_events", "confidential_issues_events",
        "job_events", "pipeline_events", "wiki_page_events", "releases_events", "milestone_events", "emoji_events", "resource_access_token_events",
    ];

    private sealed record Scope(long? ProjectId, long? GroupId)
    {
        public bool Holds(GitLabHook hook) => hook.ProjectId == ProjectId && hook.GroupId == GroupId;
    }

    public static void Map(ApiRouter router)
    {
        foreach (var kind in new[] { "projects", "groups" })
        {
            Func<ApiRequest, Scope> scope = kind is "projects" ? OfProject : OfGroup;
            router.Map("GET", $"{kind}/:id/hooks", request => List(request, scope(request)));
            router.Map("POST", $"{kind}/:id/hooks", request => Create(request, scope(request)));
            router.Map("GET", $"{kind}/:id/hooks/:hook_id", request => ApiAnswer.Ok(Show(request, Find(request, scope(request)))));
            router.Map("PUT", $"{kind}/:id/hooks/:hook_id", request => Edit(request, scope(request)));
            router.Map("DELETE", $"{kind}/:id/hooks/:hook_id", request => Delete(request, scope(request)));
            router.Map("POST", $"{kind}/:id/hooks/:hook_id/test/:trigger", request => TestAsync(request, scope(request)));
            router.Map("GET", $"{kind}/:id/hooks/:hook_id/events", request => Events(request, scope(request)));
            router.Map("POST", $"{kind}/:id/hooks/:hook_id/events/:event_id/resend", request => ResendAsync(request, scope(request)));
        }
    }

    private static Scope OfProject(ApiRequest request) => new(request.ProjectFor(AccessLevel.Maintainer).Id, null);

    private static Scope OfGroup(ApiRequest request)
    {
        var group = request.Group();

        if (Access.EffectiveOf(request.State, request.User, group, request.Now) < AccessLevel.Owner)
        {
            throw ApiException.Forbidden();
        }

        // Without the licence the feature does not exist.
        return request.State.PlanOf(group) is GitLabPlan.Free ? throw ApiException.NotFound() : new Scope(null, group.Id);
    }

    private static ApiAnswer List(ApiRequest request, Scope scope) =>
        Paging.Page(request, request.Site.State.Hooks.Values.Where(scope.Holds).ToList(), hook => Show(request, hook));

    private static ApiAnswer Create(ApiRequest request, Scope scope)
    {
        var created = request.Site.World.Apply(change =>
        {
            var max = scope.GroupId is null ? MaxProjectHooks : MaxGroupHooks;

            if (change.State.Hooks.Values.Count(scope.Holds) >= max)
            {
                var kind = scope.GroupId is null ? "project" : "group";
                throw new ApiException(422, new JsonObject { ["message"] = new JsonObject { ["base"] = new JsonArray(string.Create(CultureInfo.InvariantCulture, $"Maximum number of {kind} hooks ({max}) exceeded")) } });
            }

            var empty = new GitLabHook(change.Ids.NextHook(), scope.ProjectId, scope.GroupId, "", change.Now, ImmutableSortedSet<string>.Empty);
            var hook = HookAttributes.Read(request, empty, isNew: true, request.Site.KnowsSigning);
            change.Set(hook);
            return hook;
        });
        return ApiAnswer.Created(Show(request, created));
    }

    private static ApiAnswer Edit(ApiRequest request, Scope scope)
    {
        var before = Find(request, scope);
        var edited = request.Site.World.Apply(change =>
        {
            var hook = HookAttributes.Read(request, change.State.Hooks.GetValueOrDefault(before.Id) ?? throw ApiException.NotFound(), isNew: false, request.Site.KnowsSigning);
            change.Set(hook);
            return hook;
        });
        return ApiAnswer.Ok(Show(request, edited));
    }

    private static ApiAnswer Delete(ApiRequest request, Scope scope)
    {
        var hook = Find(request, scope);
        request.Site.World.Apply(change => change.Remove(hook));
        return ApiAnswer.NoContent;
    }

    private static async Task<ApiAnswer> TestAsync(ApiRequest request, Scope scope)
    {
        var hook = Find(request, scope);
        var trigger = request.Route("trigger");

        if (!TestTriggers.Contains(trigger, StringComparer.Ordinal))
        {
            throw ApiException.Invalid("trigger does not have a valid value");
        }

        var sample = Sample(request, scope, trigger) ?? throw ApiException.Saying(422, "Ensure the project has at least one commit.");
        var delivery = await request.Site.Dispatcher.SendNowAsync(hook, sample.Trigger, sample.Body);
        return delivery.ResponseStatus is >= 200 and < 300
            ? ApiAnswer.Created(new JsonObject { ["message"] = "201 Created" })
            : throw ApiException.Saying(422, delivery.Error ?? delivery.ResponseBody);
    }

    private static ApiAnswer Events(ApiRequest request, Scope scope)
    {
        var hook = Find(request, scope);
        var status = request.Parameters.Text("status");
        var log = request.Site.HookLog.Of(hook.Id)
            .Where(delivery => delivery.Outcome is HookOutcome.Delivered or HookOutcome.Failed && delivery.HappenedAt > request.Now - LogDays)
            .Where(delivery => status switch
            {
                null or "" => true,
                "successful" => delivery.ResponseStatus is >= 200 and < 300,
                "client_failure" => delivery.ResponseStatus is >= 400 and < 500,
                "server_failure" => delivery.ResponseStatus is null or >= 500,
                _ => string.Equals(delivery.ResponseStatus?.ToString(CultureInfo.InvariantCulture), status, StringComparison.Ordinal),
            })
            .Reverse()
            .ToList();
        return Paging.Page(request, log, Entities.Delivery);
    }

    private static async Task<ApiAnswer> ResendAsync(ApiRequest request, Scope scope)
    {
        var hook = Find(request, scope);
        var found = request.Site.HookLog.Find(request.RouteNumber("event_id")) is { } known && known.HookId == hook.Id ? known : throw ApiException.NotFound();

        // Body and Idempotency-Key stay, the event's own id is new.
        var again = await request.Site.Dispatcher.SendNowAsync(hook, found.Trigger, found.Body, found.IdempotencyKey, isTest: false);
        return again.ResponseStatus is { } status
            ? ApiAnswer.Created(new JsonObject { ["response_status"] = status })
            : throw ApiException.Saying(422, again.Error ?? "internal error");
    }

    private static (HookTrigger Trigger, byte[] Body)? Sample(ApiRequest request, Scope scope, string trigger)
    {
        var state = request.Site.State;
        var project = scope.ProjectId is { } id
            ? state.Projects.GetValueOrDefault(id)
            : state.ProjectsOf(state.Groups[scope.GroupId!.Value], includeSubgroups: true).FirstOrDefault(one => !one.IsEmptyRepository);

        if (project?.Head(project.DefaultBranch) is not { } head)
        {
            return null;
        }

        var bodies = new HookBodies(state, request.Site.BaseUrl, request.Site.Now);

        if (trigger is "merge_requests_events" && project.MergeRequests.Values.LastOrDefault() is { } mergeRequest)
        {
            return (HookTrigger.MergeRequest, Json.ToBytes(bodies.MergeRequest(project, mergeRequest, request.User, "open", mergeRequest, oldrev: null, systemAction: null)));
        }

        // Every other sample needs things that this instance may not hold; GitLab's own default is a push.
        var before = head.ParentIds is [var parent, ..] ? parent : Pushing.ZeroSha;
        return (HookTrigger.Push, Json.ToBytes(bodies.Push(project, request.User, project.DefaultBranch, before, head.Sha, CommitGraph.Between(project.Commits, before, head.Sha))));
    }

    private static GitLabHook Find(ApiRequest request, Scope scope) =>
        request.Site.State.Hooks.TryGetValue(request.RouteNumber("hook_id"), out var hook) && scope.Holds(hook) ? hook : throw ApiException.NotFound();

    private static JsonObject Show(ApiRequest request, GitLabHook hook) => request.Entities.Hook(hook, request.Site.KnowsSigning);
}
