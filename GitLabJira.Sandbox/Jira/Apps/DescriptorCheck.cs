using System.Text.Json;
using GitLabJira.Sandbox.Jira.Checks;
using GitLabJira.Sandbox.Jira.Rest;

namespace GitLabJira.Sandbox.Jira.Apps;

/// <summary>Judges a descriptor as the install page of Jira does. Plain HTTP is the one thing it forgives: everything runs on this machine.</summary>
internal static class DescriptorCheck
{
    private static readonly string[] KnownScopes =
        ["NONE", "READ", "WRITE", "DELETE", "PROJECT_ADMIN", "SPACE_ADMIN", "ADMIN", "ACT_AS_USER", "ACCESS_EMAIL_ADDRESSES"];

    private static readonly string[] Migrations = ["gdpr", "signed-install", "context-qsh"];
    private static readonly string[] ProviderScopes = ["READ", "WRITE", "DELETE"];

    public static Findings Check(JsonElement root)
    {
        var findings = new Findings();
        DescriptorShapes.Descriptor.Check(root, "", findings);
        if (!findings.Clean)
        {
            return findings;
        }

        var descriptor = new AppDescriptor(root);
        foreach (var contradiction in Contradictions(descriptor))
        {
            findings.Invalid.Add(contradiction);
        }

        return findings;
    }

    private static IEnumerable<string> Contradictions(AppDescriptor descriptor)
    {
        foreach (var scope in descriptor.Scopes.Where(s => !KnownScopes.Contains(s, StringComparer.Ordinal)))
        {
            yield return $"scopes: {scope} is no scope.";
        }

        if (descriptor.LifecyclePath("installed") is null || !descriptor.UsesJwt)
        {
            yield return "An app without authentication type jwt and lifecycle.installed gets no shared secret, and could call nothing.";
        }

        foreach (var migration in Migrations.Where(m => !descriptor.HasMigration(m)))
        {
            yield return $"apiMigrations.{migration} must be true: Jira no longer offers the older behaviour.";
        }

        foreach (var module in ApiFamily.All.Select(f => f.Module).Where(descriptor.HasModule))
        {
            foreach (var scope in ProviderScopes.Where(s => !descriptor.Scopes.Contains(s, StringComparer.Ordinal)))
            {
                yield return $"modules.{module} requires the {scope} scope.";
            }
        }

        foreach (var key in descriptor.ModuleKeys.GroupBy(k => k, StringComparer.Ordinal).Where(g => g.Count() > 1))
        {
            yield return $"modules: the key {key.Key} is used twice.";
        }
    }
}
