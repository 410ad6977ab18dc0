using GitLabJira.Functions.GitLab.Hooks;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Keys;
using GitLabJira.Functions.Jira.Publishing;
using GitLabJira.Functions.Trail;

namespace GitLabJira.Functions.Relay;

/// <param name="Otherwise">Why nothing comes of it when it was not looked at.</param>
public readonly record struct HookSubject(TrailSubject Subject, TrailEvent Otherwise);

/// <summary>What an event names, for the trail.</summary>
internal static class HookSubjects
{
    public static IReadOnlyList<HookSubject> Of(Link link, GitLabHook hook) => hook switch
    {
        MergeRequestHook { MergeRequest: var told } => [MergeRequest(link, told)],
        NoteHook { MergeRequest: var told } => [MergeRequest(link, told)],
        PushHook { Branch: { } branch } push =>
        [
            new(TrailSubject.Of(EntityRefs.Branch(link, push.ProjectId, branch)), TrailEvent.NoKey),
            .. push.Commits.Select(commit => Commit(link, push.ProjectId, commit)),
        ],
        PipelineHook { Pipeline: var pipeline } => [new(TrailSubject.Of(EntityRefs.Build(link, pipeline)), pipeline.Iid is null ? TrailEvent.NoNumber : TrailEvent.NoKey)],
        DeploymentHook deployment => [new(TrailSubject.Of(EntityRefs.Deployment(link, deployment.ProjectId, deployment.DeploymentId)), TrailEvent.NothingToShow)],
        FeatureFlagHook { Flag: var flag } => [new(TrailSubject.Of(EntityRefs.FeatureFlag(link, hook.ProjectId, flag.Name)), TrailEvent.NoKey)],
        _ => [],
    };

    public static HookSubject Of(Link link, LookRequest request) => new(TrailSubject.Of(request.Entity(link)), TrailEvent.NoKey);

    // Jira's id is the global one; the number is what people call it by.
    private static HookSubject MergeRequest(Link link, GitLabMergeRequest told) =>
        new(TrailSubject.Of(EntityRefs.MergeRequest(link, told.ProjectId, told.Id, told.Iid)), TrailEvent.NoKey);

    private static HookSubject Commit(Link link, long projectId, GitLabCommit commit) =>
        new(TrailSubject.Of(EntityRefs.Commit(link, projectId, commit.Sha)), IssueKeys.ContainsAny(commit.Message) ? TrailEvent.HeldAlready : TrailEvent.NoKey);
}
