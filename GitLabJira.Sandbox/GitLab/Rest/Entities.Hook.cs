using System.Text.Json.Nodes;
using GitLabJira.Sandbox.GitLab.Hooks;
using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.Sandbox.GitLab.Rest;

internal sealed partial class Entities
{
    /// <summary>Secrets are write-only: the answer tells at most that there is one, and before GitLab 19 not even that.</summary>
    public JsonObject Hook(GitLabHook hook, bool tellsSecrets)
    {
        var body = new JsonObject
        {
            ["id"] = hook.Id,
            ["url"] = hook.Url,
            ["name"] = hook.Name,
            ["description"] = hook.Description,
            ["created_at"] = Json.Rest(hook.CreatedAt),
        };

        foreach (var attribute in HookAttributes.EventsOf(hook.GroupId is not null))
        {
            body[attribute] = hook.Events.Contains(attribute);
        }

        body["enable_ssl_verification"] = hook.VerifiesTls;
        body["repository_update_events"] = false;
        body["push_events_branch_filter"] = hook.PushBranchFilter;
        body["branch_filter_strategy"] = Json.Snake(hook.FilterStrategy);
        body["custom_webhook_template"] = "";
        body["custom_headers"] = Json.Array(hook.CustomHeaders.Keys.Select(key => new JsonObject { ["key"] = key }));
        body["url_variables"] = new JsonArray();
        body["alert_status"] = AutoDisable.AlertStatus(hook, now);
        body["disabled_until"] = AutoDisable.IsExecutable(hook, now) ? null : Json.Rest(hook.DisabledUntil);
        body[hook.GroupId is null ? "project_id" : "group_id"] = hook.GroupId ?? hook.ProjectId;

        if (tellsSecrets)
        {
            body["token_present"] = hook.Token is not null;
            body["signing_token_present"] = hook.SigningToken is not null;
        }

        return body;
    }

    public static JsonObject Delivery(HookDelivery delivery) => new()
    {
        ["id"] = delivery.Id,
        ["url"] = delivery.Url,
        ["trigger"] = delivery.Trigger.LogName(),
        ["request_headers"] = new JsonObject(delivery.RequestHeaders.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)JsonValue.Create(pair.Value)))),
        ["request_data"] = JsonNode.Parse(delivery.Body.Span),
        ["response_headers"] = new JsonObject(delivery.ResponseHeaders.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)JsonValue.Create(pair.Value)))),
        ["response_body"] = delivery.ResponseBody,
        ["execution_duration"] = delivery.Duration.TotalSeconds,
        ["response_status"] = delivery.ResponseStatus?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "internal error",
    };
}
