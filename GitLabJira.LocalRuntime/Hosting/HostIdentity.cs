using System.Reflection;

namespace GitLabJira.LocalRuntime.Hosting;

/// <summary>Tells apps apart that share a storage, as the real host's id does: setting <c>AzureFunctionsWebHost:hostid</c>, or the app's name.</summary>
internal sealed class HostIdentity(HostSettings settings, Assembly app)
{
    public string Id { get; } = (settings["AzureFunctionsWebHost:hostid"] ?? app.GetName().Name!).ToLowerInvariant();
}
