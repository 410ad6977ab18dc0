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
    public static IReadOnlyList<HookSubject> Of(Link link, GitLabHook hook) => EntityOf(link, hook) is not { } entity ? [] : hook switch
    {
        PushHook push => [new(TrailSubject.Of(entity), TrailEvent.NoKey), .. push.Commits.Select(commit => Commit(link, push.ProjectId, commit))],
        PipelineHook { Pipeline.Iid: null } => [new(TrailSubject.Of(entity), TrailEvent.NoNumber)],
        DeploymentHook => [new(TrailSubject.Of(entity), TrailEvent.NothingToShow)],
        _ => [new(TrailSubject.Of(entity), TrailEvent.NoKey)],
    };

    /// <summary>What an event is about; null when that is a project, a group or a person.</summary>
    public static EntityRef? EntityOf(Link link, GitLabHook hook) => hook switch
    {
        MergeRequestHook { MergeRequest: var told } => MergeRequest(link, told),
        NoteHook { MergeRequest: var told } => MergeRequest(link, told),
        PushHook { Branch: { } branch } push => EntityRefs.Branch(link, push.ProjectId, branch),
        PipelineHook { Pipeline: var pipeline } => EntityRefs.Build(link, pipeline),
        DeploymentHook deployment => EntityRefs.Deployment(link, deployment.ProjectId, deployment.DeploymentId),
        FeatureFlagHook { Flag: var flag } => EntityRefs.FeatureFlag(link, hook.ProjectId, flag.Name),
        _ => null,
    };

    public static HookSubject Of(Link link, LookRequest request) => new(TrailSubject.Of(request.Entity(link)), TrailEvent.NoKey);

    // Jira's id is the global one; the number is what people call it by.
    private static EntityRef MergeRequest(Link link, GitLabMergeRequest told) => EntityRefs.MergeRequest(link, told.ProjectId, told.Id, told.Iid);

    private static HookSubject Commit(Link link, long projectId, GitLabCommit commit) =>
        new(TrailSubject.Of(EntityRefs.Commit(link, projectId, commit.Sha)), IssueKeys.ContainsAny(commit.Message) ? TrailEvent.HeldAlready : TrailEvent.NoKey);
}
