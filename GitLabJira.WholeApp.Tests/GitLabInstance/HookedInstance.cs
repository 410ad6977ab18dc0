using System.Net.Http.Json;
using System.Text.Json.Nodes;
using GitLabJira.Sandbox.GitLab;
using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.WholeApp.Tests.GitLabInstance;

/// <summary>An instance whose group <c>acme</c> has a hook with every event on, and somebody who listens.</summary>
internal sealed class HookedInstance : IAsyncDisposable
{
    public static readonly string SigningToken = "whsec_" + Convert.ToBase64String([.. Enumerable.Range(1, 32).Select(number => (byte)number)]);

    private HookedInstance(InstanceForTests instance, HookReceiver receiver, long hookId) => (Instance, Receiver, HookId) = (instance, receiver, hookId);

    public InstanceForTests Instance { get; }

    public HookReceiver Receiver { get; }

    public long HookId { get; }

    public GitLabSite Site => Instance.Site;

    public GitLabProject Checkout => Instance.Checkout;

    public GitLabHook Hook => Site.State.Hooks[HookId];

    public static async Task<HookedInstance> StartAsync(Func<GitLabSiteOptions, GitLabSiteOptions>? configure = null)
    {
        var instance = await InstanceForTests.StartAsync(configure);
        var receiver = await HookReceiver.StartAsync();
        var id = await HookAsync(instance, "olivia", $"groups/{instance.Acme.Id}", receiver.Url);
        return new HookedInstance(instance, receiver, id);
    }

    public static async Task<long> HookAsync(InstanceForTests instance, string user, string owner, string url, object? wish = null)
    {
        using var client = instance.As(user);
        using var response = await client.SendAsync(HttpMethod.Post, $"{owner}/hooks", wish ?? new
        {
            url,
            token = "hook-token",
            signing_token = SigningToken,
            push_events = true,
            merge_requests_events = true,
            note_events = true,
            pipeline_events = true,
            deployment_events = true,
            feature_flag_events = true,
            subgroup_events = true,
            project_events = true,
            member_events = true,
        });
        response.EnsureSuccessStatusCode();
        return (long)(await response.Content.ReadFromJsonAsync<JsonNode>())!["id"]!;
    }

    public async Task<IReadOnlyList<ReceivedHook>> AllAsync()
    {
        await Site.WhenHooksAreDeliveredAsync();
        return Receiver.Received;
    }

    public async Task<ReceivedHook> SingleAsync(string eventName) => (await AllAsync()).Single(hook => hook.Event == eventName);

    public async Task<JsonNode[]> BodiesAsync(string eventName) => [.. (await AllAsync()).Where(hook => hook.Event == eventName).Select(hook => hook.Body)];

    public void Advance(TimeSpan time) => Instance.Time.Advance(time);

    public async ValueTask DisposeAsync()
    {
        await Receiver.DisposeAsync();
        await Instance.DisposeAsync();
    }
}
