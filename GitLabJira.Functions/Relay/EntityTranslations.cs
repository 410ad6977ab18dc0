using System.Diagnostics;
using GitLabJira.Functions.GitLab.Hooks;
using GitLabJira.Functions.Jira.Entities;

namespace GitLabJira.Functions.Relay;

/// <summary>Which translation is for what.</summary>
public sealed class EntityTranslations(
    PushTranslation pushes,
    MergeRequestTranslation mergeRequests,
    BranchTranslation branches,
    CommitTranslation commits,
    BuildTranslation builds,
    DeploymentTranslation deployments,
    FeatureFlagTranslation flags,
    ProjectTranslation projects,
    MemberTranslation members,
    BodyTranslation bodies)
{
    public BodyTranslation Bodies => bodies;

    public Task HookAsync(Turn turn, GitLabHook hook, CancellationToken cancellationToken) => hook switch
    {
        PushHook push => pushes.HookAsync(turn, push, cancellationToken),
        MergeRequestHook mergeRequest => mergeRequests.HookAsync(turn, mergeRequest, cancellationToken),
        NoteHook note => mergeRequests.HookAsync(turn, note, cancellationToken),
        PipelineHook pipeline => builds.HookAsync(turn, pipeline, cancellationToken),
        DeploymentHook deployment => deployments.HookAsync(turn, deployment, cancellationToken),
        FeatureFlagHook flag => flags.HookAsync(turn, flag, cancellationToken),
        ProjectHook project => projects.HookAsync(turn, project, cancellationToken),
        GroupHook group => projects.HookAsync(turn, group, cancellationToken),
        MemberHook member => members.HookAsync(turn, member, cancellationToken),
        _ => throw new UnreachableException("A kind of hook has no translation."),
    };

    public Task LookAsync(Turn turn, LookRequest request, CancellationToken cancellationToken) => request.Kind switch
    {
        EntityKind.Branch when request.Before is not null => pushes.LookAsync(turn, request, cancellationToken),
        EntityKind.Branch => branches.LookAsync(turn, request, cancellationToken),
        EntityKind.MergeRequest => mergeRequests.LookAsync(turn, request, cancellationToken),
        EntityKind.Commit => commits.LookAsync(turn, request, cancellationToken),
        EntityKind.Build => builds.LookAsync(turn, request, cancellationToken),
        EntityKind.Deployment => deployments.LookAsync(turn, request, cancellationToken),
        EntityKind.FeatureFlag => flags.LookAsync(turn, request, cancellationToken),
        EntityKind.Repository => projects.LookAsync(turn, request, cancellationToken),
        _ => Task.CompletedTask,
    };
}
