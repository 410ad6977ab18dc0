using System.Reflection;
using GitLabJira.LocalRuntime.Time;

namespace GitLabJira.LocalRuntime.Hosting;

/// <summary>What a test or tool may choose instead of taking it from the process.</summary>
public sealed record LocalHostOptions
{
    /// <summary>Where the functions are; the entry assembly by default.</summary>
    public Assembly? Assembly { get; init; }

    /// <summary>Only these classes of it; the rules are the same.</summary>
    public IReadOnlyList<Type>? FunctionClasses { get; init; }

    /// <summary>Where <c>host.json</c> and <c>local.settings.json</c> lie; the folder of the assembly by default.</summary>
    public string? Directory { get; init; }

    /// <summary>Instead of the environment and <c>local.settings.json</c>: nothing of the process is read or changed then.</summary>
    public IReadOnlyDictionary<string, string>? Settings { get; init; }

    /// <summary>Instead of <c>host.json</c>.</summary>
    public string? HostJson { get; init; }

    /// <summary>Instead of the wall clock or the one that <c>GITLABJIRA_CLOCK</c> names.</summary>
    public RuntimeClock? Clock { get; init; }

    public IReadOnlyList<string> Arguments { get; init; } = [];
}
