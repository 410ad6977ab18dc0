using GitLabJira.Functions.GitLab.Model;

namespace GitLabJira.Functions.GitLab.Hooks;

/// <summary>A pipeline changed its state.</summary>
public sealed record PipelineHook : GitLabHook
{
    public override string Kind => "pipeline";

    /// <summary>Its variables are never kept: they may be secrets.</summary>
    public required GitLabPipeline Pipeline { get; init; }

    /// <summary>The commit that it runs for.</summary>
    public GitLabCommit? Head { get; init; }

    /// <summary>Bodies lack the merge request's description.</summary>
    public string? MergeRequestTitle { get; init; }

    /// <summary>The texts of the body in which keys of the build may stand.</summary>
    public IReadOnlyList<string> Texts => [.. new[] { Pipeline.Ref, Head?.Message, MergeRequestTitle, Pipeline.SourceBranch }.OfType<string>()];
}
