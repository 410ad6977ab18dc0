namespace GitLabJira.Functions.GitLab;

/// <summary>Keeps requests to GitLab within its limits, over all processes.</summary>
public interface IRequestBudget
{
    /// <summary>Call before each request.</summary>
    /// <exception cref="GitLabRequestException">Rate limited, with the wait: a budget has nothing left for this work.</exception>
    Task TakeAsync(GitLabAccess access, Uri address, CancellationToken cancellationToken);

    /// <summary>Call after each answer: it tells what is left, or how long everybody waits.</summary>
    Task SawAsync(GitLabAccess access, Uri address, HttpResponseMessage response, CancellationToken cancellationToken);
}
