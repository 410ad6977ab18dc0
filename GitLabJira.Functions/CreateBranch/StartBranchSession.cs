using GitLabJira.Functions.GitLab.Instances;
using GitLabJira.Functions.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.CreateBranch;

/// <summary>Takes the ticket that came with the address and gives a session for it, once.</summary>
public sealed class StartBranchSession(BranchVisits visits, BranchGate gate, BranchViews views)
{
    [Function(nameof(StartBranchSession))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "branches/session")] HttpRequest request, CancellationToken cancellationToken)
    {
        var (body, unreadable) = await request.ReadJsonAsync(BranchJson.Default.TicketRequest, cancellationToken);

        if (body is null)
        {
            return unreadable!;
        }

        if (await visits.RedeemAsync(body.Ticket ?? "", cancellationToken) is not { } session || !await gate.LivesAsync(session.Visit, cancellationToken))
        {
            return Hosting.Problem.Of(
                StatusCodes.Status401Unauthorized, BranchReasons.TicketUsed, "This link was used already or is over five minutes old. Choose \"Create branch\" in the issue again.");
        }

        return BranchAnswers.Answer(StatusCodes.Status200OK, await views.OfAsync(session, BranchReasons.SessionStarted, cancellationToken), BranchJson.Default.SessionView);
    }
}

/// <summary>Shows the session that the page has, after a reload.</summary>
public sealed class ShowBranchSession(BranchGate gate, BranchViews views)
{
    [Function(nameof(ShowBranchSession))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "branches/session")] HttpRequest request, CancellationToken cancellationToken) =>
        await gate.AdmitAsync(request, cancellationToken) is { } session
            ? BranchAnswers.Answer(StatusCodes.Status200OK, await views.OfAsync(session, BranchReasons.Shown, cancellationToken), BranchJson.Default.SessionView)
            : BranchAnswers.SessionEnded;
}

/// <summary>A session as the page shows it.</summary>
public sealed class BranchViews(BranchVisits visits, BranchGate gate)
{
    public async Task<SessionView> OfAsync(BranchSession session, string reason, CancellationToken cancellationToken)
    {
        var visit = session.Visit;
        var signIns = await visits.SignInsAsync(session, cancellationToken).ToListAsync(cancellationToken);
        var hosts = (await gate.LinksAsync(visit, cancellationToken)).Select(link => GitLabHosts.Name(link.Host)).Distinct(StringComparer.Ordinal);

        return new SessionView(
            reason,
            reason is BranchReasons.SessionStarted ? session.Token : null,
            session.ExpiresAt,
            visit.IssueKey,
            visit.IssueSummary,
            BranchNames.Propose(visit.IssueKey, visit.IssueSummary),
            [.. hosts.Select(host => new BranchHostView(host, User(signIns.Find(signIn => string.Equals(GitLabHosts.Name(signIn.Host), host, StringComparison.Ordinal)))))]);
    }

    internal static BranchUserView? User(BranchSignIn? signIn) =>
        signIn is null ? null : new BranchUserView(signIn.Username, GitLabHosts.Address(signIn.Host, Uri.EscapeDataString(signIn.Username)).AbsoluteUri);
}
