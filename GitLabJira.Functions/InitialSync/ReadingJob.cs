using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.GitLab.Projects;
using GitLabJira.Functions.GitLab.Reading;
using GitLabJira.Functions.Jira.Delivery;
using GitLabJira.Functions.Jira.Publishing;
using GitLabJira.Functions.Jira.Sent;

namespace GitLabJira.Functions.InitialSync;

/// <summary>What a project reading needs.</summary>
public sealed record ReadingTools(
    IGrantAccess Grants, IGitLabReader Reader, IGitLabCiReader CiReader, ISent Sent, IDelivery Delivery, ILooks Looks, ILookLog LookLog, TimeProvider Clock);

/// <summary>What is to be read of which project.</summary>
/// <param name="Since">Commits, pipelines and deployments that are older are left out.</param>
public sealed record ReadingJob(Link Link, GitLabProject Project, SyncPlan Plan, DateTimeOffset Since);

public enum ReadingEnd
{
    Done,

    /// <summary>The run was stopped, or another attempt has taken over.</summary>
    Stopped,

    /// <summary>It takes longer than an attempt should last; the next wave goes on at the cursor.</summary>
    Unfinished,
}

/// <param name="Text">What was read, in words for the page.</param>
public sealed record ReadingResult(ReadingEnd End, string Text, KindCounts Counts);
