using System.Collections.Immutable;

namespace GitLabJira.Sandbox.GitLab.Hooks;

/// <summary>Something that happened, with its body and the hooks that hear of it.</summary>
/// <param name="RootPath">The top-level namespace, whose hooks share one rate limit.</param>
public sealed record HookEvent(HookTrigger Trigger, ReadOnlyMemory<byte> Body, ImmutableArray<long> HookIds, string RootPath, DateTimeOffset At);
