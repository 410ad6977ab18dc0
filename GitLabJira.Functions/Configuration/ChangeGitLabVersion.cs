using GitLabJira.Functions.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.Functions.Configuration;

/// <summary>Chooses the GitLab of the next sign-in: one that the site knows, or another with the OAuth application that it has for this app. It is tried first.</summary>
public sealed partial class ChangeGitLabVersion(PageGate gate, GitLabVersion version, ILogger<ChangeGitLabVersion> logger)
{
    private const int LargestBody = 8 * 1024;
    private const int LongestHost = 255;

    [Function(nameof(ChangeGitLabVersion))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "configuration/gitlab")] HttpRequest request, CancellationToken cancellationToken)
    {
        var (user, refused) = await gate.AdmitToChangeAsync(request, cancellationToken);

        if (user is null)
        {
            return refused!;
        }

        var (body, unreadable) = await request.ReadJsonObjectAsync(LargestBody, cancellationToken);

        if (body is not { } json)
        {
            return unreadable!;
        }

        var response = request.HttpContext.Response;
        var fields = new FieldReader(json, ["host", "applicationId", "applicationSecret"]);
        var (text, id, secret) = (fields.Text("host"), Optional(fields, "applicationId"), Optional(fields, "applicationSecret"));

        if (fields.Refusal is null && HostOf(text) is null)
        {
            fields.Refuse("host", "must be the address of a GitLab, such as https://gitlab.example.com.");
        }

        if (fields.Refusal is { } wrong)
        {
            return wrong.ToResult(response);
        }

        var host = HostOf(text)!;

        if (await version.ChooseAsync(user.Installation, host, id, secret, cancellationToken) is { } refusal)
        {
            Log.Refused(logger, refusal.Reason);
            return refusal.ToResult(response);
        }

        return PageCalls.Answer(StatusCodes.Status200OK, await version.ViewAsync(Reasons.Changed, user.Installation, host, cancellationToken), ConfigurationJson.Default.GitLabVersionView);
    }

    private static string? Optional(FieldReader fields, string name) => fields.Find(name) is null ? null : fields.Text(name);

    /// <returns>Null for what is no address. A user part stays, to be refused as such.</returns>
    private static Uri? HostOf(string text) =>
        text.Length <= LongestHost && Uri.TryCreate(text, UriKind.Absolute, out var host) && host.Scheme is "https" or "http" && host.Query.Length == 0 && host.Fragment.Length == 0 ? host : null;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "A choice of GitLab was refused: {Reason}.")]
        public static partial void Refused(ILogger logger, string reason);
    }
}
