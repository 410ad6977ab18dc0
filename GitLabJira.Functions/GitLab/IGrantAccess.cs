using GitLabJira.Functions.GitLab.Links;

namespace GitLabJira.Functions.GitLab;

/// <summary>Gives calls to GitLab a usable token: refreshes grants and moves on to the next one when a grant is of no use.</summary>
public interface IGrantAccess
{
    /// <summary>Runs <paramref name="call"/> with a token for the link's group. On 401 the grant is refreshed once, then another grant of the installation with the role is tried.</summary>
    /// <exception cref="NoUsableGrantException">No grant works: the link is put into <see cref="LinkState.NeedsSignIn"/>.</exception>
    /// <exception cref="GitLabRequestException">Any other failure of the call.</exception>
    Task<T> CallAsync<T>(Link link, Func<GitLabAccess, CancellationToken, Task<T>> call, CancellationToken cancellationToken);
}

/// <summary>No grant of the installation can read the link's group any more; someone has to sign in again.</summary>
public sealed class NoUsableGrantException(Guid linkId) : Exception($"Link {linkId:N} has no usable GitLab grant.")
{
    public Guid LinkId { get; } = linkId;
}
