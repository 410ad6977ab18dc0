using System.Diagnostics;
using OpenTelemetry;

namespace GitLabJira.Functions.Hosting;

/// <summary>Takes addresses out of traces: paths at GitLab hold names of branches and people, hosts are names of tenants, queries hold tokens. What a call was for, its status and its time stay.</summary>
public sealed class TracePrivacy : BaseProcessor<Activity>
{
    /// <summary>Hosts that are no tenant's. All others are told apart as Jira's and further ones.</summary>
    private static readonly string[] Ours = ["gitlab.com", ".core.windows.net", ".vault.azure.net", ".applicationinsights.azure.com", "127.0.0.1", "localhost"];

    private static readonly string[] Jira = [".atlassian.net", ".jira.com"];

    private static readonly string[] WithPaths = ["url.full", "url.path", "url.query", "http.url", "http.target"];

    public override void OnEnd(Activity data)
    {
        foreach (var tag in WithPaths)
        {
            if (data.GetTagItem(tag) is not null)
            {
                data.SetTag(tag, null);
            }
        }

        if (data.Kind is ActivityKind.Client && data.GetTagItem("server.address") is string host)
        {
            data.SetTag("server.address", Shown(host));
        }
    }

    private static string Shown(string host) =>
        Array.Exists(Ours, name => host.EndsWith(name, StringComparison.OrdinalIgnoreCase)) ? host
        : Array.Exists(Jira, name => host.EndsWith(name, StringComparison.OrdinalIgnoreCase)) ? "jira"
        : "other";
}
