using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using GitLabJira.Sandbox.GitLab.Hooks;
using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.Sandbox.GitLab.Rest;

/// <summary>Reads what a client wants of a hook, with GitLab's defaults and complaints.</summary>
internal static partial class HookAttributes
{
    private const int MaxCustomHeaders = 20;

    private static readonly string[] ProjectEvents =
    [
        "push_events", "tag_push_events", "merge_requests_events", "note_events", "confidential_note_events", "issues_events", "confidential_issues_events",
        "job_events", "pipeline_events", "wiki_page_events", "deployment_events", "feature_flag_events", "releases_events", "milestone_events", "emoji_events",
        "resource_access_token_events", "vulnerability_events",
    ];

    private static readonly string[] GroupEvents = [.. ProjectEvents, "subgroup_events", "project_events", "member_events"];

    public static IReadOnlyList<string> EventsOf(bool isGroup) => isGroup ? GroupEvents : ProjectEvents;

    /// <param name="before">The hook as it is, when it is edited. Secrets that are not sent again are gone, as on 19.4.</param>
    public static GitLabHook Read(ApiRequest request, GitLabHook before, bool isNew, bool knowsSigning)
    {
        var parameters = request.Parameters;
        var url = parameters.Required("url");

        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || url.Length > 2048)
        {
            throw ApiException.Unprocessable("Invalid url given");
        }

        var filter = parameters.Text("push_events_branch_filter") ?? before.PushBranchFilter;
        var strategy = parameters.OneOf("branch_filter_strategy", Json.Snake(before.FilterStrategy), "wildcard", "regex", "all_branches") switch
        {
            "regex" => BranchFilterStrategy.Regex,
            "all_branches" => BranchFilterStrategy.AllBranches,
            _ => BranchFilterStrategy.Wildcard,
        };

        if (strategy is BranchFilterStrategy.Regex && !IsRegex(filter))
        {
            throw ApiException.Unprocessable("Invalid branch filter given");
        }

        var signingToken = knowsSigning ? parameters.Text("signing_token") : null;

        if (signingToken is { Length: > 0 } && !HookSignature.IsSigningToken(signingToken))
        {
            throw new ApiException(422, new JsonObject { ["message"] = new JsonObject { ["signing_token"] = new JsonArray("is invalid") } });
        }

        return before with
        {
            Url = url,
            Name = parameters.Text("name") ?? before.Name,
            Description = parameters.Text("description") ?? before.Description,
            Token = parameters.Text("token") is { Length: > 0 } token ? token : null,
            SigningToken = signingToken is { Length: > 0 } ? signingToken : null,
            VerifiesTls = parameters.Boolean("enable_ssl_verification") ?? before.VerifiesTls,
            PushBranchFilter = filter,
            FilterStrategy = strategy,
            Events = Events(request, before, isNew),
            CustomHeaders = CustomHeaders(parameters.Node("custom_headers"), before.CustomHeaders),
        };
    }

    /// <summary>Pushes are on unless switched off; everything else is off unless switched on.</summary>
    private static ImmutableSortedSet<string> Events(ApiRequest request, GitLabHook before, bool isNew)
    {
        var events = isNew ? ImmutableSortedSet.Create(StringComparer.Ordinal, "push_events") : before.Events;

        foreach (var attribute in EventsOf(before.GroupId is not null))
        {
            events = request.Parameters.Boolean(attribute) switch
            {
                true => events.Add(attribute),
                false => events.Remove(attribute),
                null => events,
            };
        }

        return events;
    }

    private static ImmutableSortedDictionary<string, string> CustomHeaders(JsonNode? given, ImmutableSortedDictionary<string, string> before)
    {
        if (given is not JsonArray items)
        {
            return before;
        }

        foreach (var item in items)
        {
            var key = (string?)item?["key"] ?? throw ApiException.Invalid("custom_headers[0][key] is missing");
            before = before.SetItem(key, (string?)item?["value"] ?? throw ApiException.Invalid("custom_headers[0][value] is missing"));
        }

        var reserved = before.Keys.Any(key => key.StartsWith("X-Gitlab-", StringComparison.OrdinalIgnoreCase) || key.StartsWith("webhook-", StringComparison.OrdinalIgnoreCase));

        if (before.Count > MaxCustomHeaders || reserved || !before.Keys.All(key => HeaderName().IsMatch(key)))
        {
            throw ApiException.Unprocessable("Custom headers validation failed");
        }

        return before;
    }

    private static bool IsRegex(string pattern)
    {
        try
        {
            _ = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return true;
        }
        catch (Exception fault) when (fault is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }

    [GeneratedRegex("^[A-Za-z](?:[A-Za-z0-9]|[-._](?![-._]))*(?<=[A-Za-z0-9])$", RegexOptions.CultureInvariant)]
    private static partial Regex HeaderName();
}
