using GitLabJira.Functions.Jira.Installations;

namespace GitLabJira.Functions.Jira.Tokens;

/// <summary>Makes the tokens that the app's own calls to Jira carry.</summary>
public interface IConnectTokens
{
    /// <summary>A token for exactly this request, valid for three minutes. Make a new one for each attempt, and send it as <c>Authorization: JWT …</c>.</summary>
    /// <param name="url">The request's address below the installation's base address.</param>
    string Create(Installation installation, HttpMethod method, Uri url);
}
