using System.Globalization;
using GitLabJira.Functions.GitLab.Links;
using Microsoft.AspNetCore.Http;

namespace GitLabJira.Functions.Configuration;

/// <summary>Lets a change through only if its maker has seen what he changes (RFC 9110, 13.1.1): of two admins at once the second learns of the first.</summary>
internal static class SettingsVersion
{
    public static Refusal Outdated { get; } = new(
        StatusCodes.Status412PreconditionFailed, Reasons.ChangedMeanwhile, "Somebody has changed these settings meanwhile. Read them again.", "If-Match");

    public static void Tell(HttpResponse response, LinkSettings settings) => response.Headers.ETag = Tag(settings.Version);

    public static Refusal? Check(HttpRequest request, LinkSettings settings) => request.Headers.IfMatch.ToString().Trim() switch
    {
        "" => new(StatusCodes.Status428PreconditionRequired, Reasons.BadField, "The header If-Match must name the ETag of the settings that are changed.", "If-Match"),
        var named when string.Equals(named, Tag(settings.Version), StringComparison.Ordinal) => null,
        _ => Outdated,
    };

    private static string Tag(int version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");
}
