using GitLabJira.Sandbox.GitLab.Changes;
using GitLabJira.Sandbox.GitLab.OAuth;
using GitLabJira.Sandbox.GitLab.State;
using Microsoft.AspNetCore.WebUtilities;

namespace GitLabJira.Sandbox.GitLab;

/// <summary>What users do. Each act is checked against the user's role, changes the state at one moment and sets off its hooks.</summary>
public sealed partial class GitLabSite
{
    /// <summary>Pushes to a branch, which is made from the default branch when it is not there.</summary>
    public Branch Push(string user, long projectId, string branch, params IReadOnlyList<NewCommit> commits)
    {
        PushRefs(user, projectId, [new RefChange(branch, commits)]);
        return State.Projects[projectId].Branches[branch];
    }

    /// <inheritdoc cref="Push(string, long, string, IReadOnlyList{NewCommit})" />
    public Branch Push(string user, long projectId, string branch, string message) => Push(user, projectId, branch, new NewCommit(message));

    /// <summary>Several branches in one push. More than three of one action, and no push hook is sent for them.</summary>
    public void PushRefs(string user, long projectId, IReadOnlyList<RefChange> refs) => World.Apply(change => Pushing.Push(change, Id(user), projectId, refs));

    /// <summary>Sets a branch back to a commit or branch and puts new commits on top.</summary>
    public Branch ForcePush(string user, long projectId, string branch, string from, params IReadOnlyList<NewCommit> commits)
    {
        PushRefs(user, projectId, [new RefChange(branch, commits, from)]);
        return State.Projects[projectId].Branches[branch];
    }

    public Branch CreateBranch(string user, long projectId, string branch, string? from = null)
    {
        if (State.Projects[projectId].Branches.ContainsKey(branch))
        {
            throw new GitLabRefusedException("Branch already exists");
        }

        PushRefs(user, projectId, [new RefChange(branch, From: from)]);
        return State.Projects[projectId].Branches[branch];
    }

    public void DeleteBranch(string user, long projectId, string branch) => PushRefs(user, projectId, [new RefChange(branch, Deletes: true)]);

    public MergeRequest OpenMergeRequest(string user, long projectId, NewMergeRequest wish) =>
        World.Apply(change => MergeRequesting.Open(change, Id(user), projectId, wish, _options.PrepareDelay));

    public MergeRequest EditMergeRequest(string user, long projectId, long iid, MergeRequestEdit edit) =>
        World.Apply(change => MergeRequesting.Edit(change, Id(user), projectId, iid, edit));

    public MergeRequest Approve(string user, long projectId, long iid) => World.Apply(change => MergeRequesting.Approve(change, Id(user), projectId, iid));

    public MergeRequest Unapprove(string user, long projectId, long iid) => World.Apply(change => MergeRequesting.Unapprove(change, Id(user), projectId, iid));

    public MergeRequest SubmitReview(string user, long projectId, long iid, bool requestsChanges) =>
        World.Apply(change => MergeRequesting.Review(change, Id(user), projectId, iid, requestsChanges));

    public MergeRequest Merge(string user, long projectId, long iid, MergeMethod method = MergeMethod.MergeCommit, bool? removesSourceBranch = null) =>
        World.Apply(change => Merging.Merge(change, Id(user), projectId, iid, method, removesSourceBranch));

    public MergeRequest CloseMergeRequest(string user, long projectId, long iid) => World.Apply(change => MergeRequesting.Close(change, Id(user), projectId, iid));

    public MergeRequest ReopenMergeRequest(string user, long projectId, long iid) => World.Apply(change => MergeRequesting.Reopen(change, Id(user), projectId, iid));

    /// <summary>Removes a merge request, of which GitLab tells nobody.</summary>
    public void DeleteMergeRequest(string user, long projectId, long iid) => World.Apply(change => MergeRequesting.Delete(change, Id(user), projectId, iid));

    public Note AddNote(string user, long projectId, long iid, string text) => World.Apply(change => MergeRequesting.AddNote(change, Id(user), projectId, iid, text));

    /// <summary>Somebody takes a webhook away on its page. Nothing tells the one whose hook it was.</summary>
    public void RemoveHook(long hookId) => World.Apply(change => change.Remove(change.State.Hooks[hookId]));

    public Pipeline CreatePipeline(string user, long projectId, string branch, long? mergeRequestIid = null, string? name = null) =>
        World.Apply(change => Building.Create(change, Id(user), projectId, branch, mergeRequestIid, name));

    public Pipeline CreateChildPipeline(string user, long projectId, long parentId) => World.Apply(change => Building.CreateChild(change, Id(user), projectId, parentId));

    /// <param name="tests">What its jobs report; to be read a minute after its end.</param>
    public Pipeline SetPipelineStatus(long projectId, long pipelineId, CiStatus status, TestCounts? tests = null) =>
        World.Apply(change => Building.SetStatus(change, projectId, pipelineId, status, tests));

    public DeployEnvironment CreateEnvironment(long projectId, string name, string? tier = null, string? externalUrl = null) =>
        World.Apply(change => Deploying.Environment(change, projectId, name, tier, externalUrl));

    /// <param name="pipelineId">Absent: made by the API, without a job and a pipeline.</param>
    public Deployment CreateDeployment(
        string user, long projectId, string environment, string gitRef, string? sha = null, long? pipelineId = null, DeploymentStatus status = DeploymentStatus.Running) =>
        World.Apply(change => Deploying.Create(change, Id(user), projectId, environment, gitRef, sha, pipelineId, status));

    public Deployment SetDeploymentStatus(long projectId, long deploymentId, DeploymentStatus status) =>
        World.Apply(change => Deploying.SetStatus(change, projectId, deploymentId, status));

    public FeatureFlag CreateFeatureFlag(string user, long projectId, string name, string description, bool isActive = true, IReadOnlyList<NewFlagStrategy>? strategies = null) =>
        World.Apply(change => Flagging.Create(change, Id(user), projectId, name, description, isActive, strategies));

    /// <summary>When <paramref name="isActive" /> flips, the hook leaves at once and the change can be seen later.</summary>
    public void UpdateFeatureFlag(string user, long projectId, string name, bool? isActive = null, string? description = null, IReadOnlyList<NewFlagStrategy>? strategies = null) =>
        World.Apply(change => Flagging.Update(change, Id(user), projectId, name, isActive, description, strategies, _options.FlagDelay));

    public void DeleteFeatureFlag(string user, long projectId, string name) => World.Apply(change => Flagging.Delete(change, Id(user), projectId, name));

    /// <summary>
    /// Lets a user sign in and press "Authorize" on the consent page, without a browser.
    /// </summary>
    /// <returns>Where the browser would go: the client's redirect URI with code and state, or with an error.</returns>
    /// <exception cref="GitLabRefusedException">GitLab would show an error page instead of redirecting.</exception>
    public Task<Uri> AuthorizeAsync(string user, Uri authorizeUrl, bool denies = false)
    {
        var query = QueryHelpers.ParseQuery(authorizeUrl.Query).ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.Ordinal);
        var account = State.User(user);
        var check = OAuth.Check(query);

        if (account.IsBlocked || check.Error is not null)
        {
            throw new GitLabRefusedException(check.Error ?? "Your account has been blocked.");
        }

        return Task.FromResult(check switch
        {
            { Redirect: { } redirect } => redirect,
            { Request: { } request } when denies => AuthorizationServer.Deny(request),
            { Request: { } request } => OAuth.Grant(request, account.Id),
            _ => throw new InvalidOperationException("An authorize request is refused, redirected or allowed."),
        });
    }

    private long Id(string username) => State.FindUser(username)?.Id ?? throw new GitLabRefusedException($"There is no user {username}.");
}
