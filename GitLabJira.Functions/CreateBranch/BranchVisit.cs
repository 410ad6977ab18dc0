namespace GitLabJira.Functions.CreateBranch;

/// <summary>Somebody came from a Jira issue to create a branch for it.</summary>
/// <param name="Epoch">Of the installation: a visit does not outlive it.</param>
/// <param name="AccountId">The Jira account that clicked.</param>
public sealed record BranchVisit(string ClientKey, int Epoch, string AccountId, string IssueKey, string IssueSummary)
{
    /// <summary>Without the issue's text: records print their members.</summary>
    public override string ToString() => nameof(BranchVisit);
}

/// <summary>A visit whose ticket was redeemed.</summary>
/// <param name="Token">What the page presents. Known to that one page; never logged.</param>
/// <param name="Day">The day whose table has its rows.</param>
public sealed record BranchSession(BranchVisit Visit, string Token, DateTimeOffset ExpiresAt, DateOnly Day)
{
    public override string ToString() => nameof(BranchSession);
}

/// <summary>The visitor's own sign-in to GitLab.</summary>
/// <remarks>It belongs to the session and not to the Jira account: whoever lures somebody to a ticket of his own gets nothing of what that person then grants. Its refresh token is not kept, since a session ends before the access token does.</remarks>
public sealed record BranchSignIn(Uri Host, long UserId, string Username, string AccessToken)
{
    public override string ToString() => nameof(BranchSignIn);
}
