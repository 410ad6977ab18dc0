using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using GitLabJira.Functions.GitLab.Hooks;
using GitLabJira.Functions.GitLab.Model;
using GitLabJira.Functions.GitLab.Reading;
using GitLabJira.Functions.GitLab.Wire;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Tests.GitLab.Hooks;

namespace GitLabJira.Functions.Tests.Jira.Entities;

/// <summary>Real bodies and answers, where they lie beside the repository, through reading and mapping.</summary>
[TestClass]
public sealed class RealBodiesTests(TestContext test)
{
    private static readonly string[] Keys = ["TEA-1"];

    private readonly Dictionary<EntityKind, int> _mapped = [];

    [TestMethod]
    public void Become_what_Jira_takes()
    {
        var files = SharedPayloads.Files("*.json");

        if (files.Count == 0)
        {
            test.WriteLine("No real bodies on this machine.");
            return;
        }

        foreach (var file in files)
        {
            var (name, body) = (Path.GetFileNameWithoutExtension(file), File.ReadAllBytes(file));

            if (name.StartsWith("rest-", StringComparison.Ordinal))
            {
                Answer(name, body);
            }
            else if (HookReader.Read(body).Hook is { } hook)
            {
                Hook(name, hook);
            }
        }

        Assert.IsEmpty(Enum.GetValues<EntityKind>().Except([EntityKind.Repository]).Except(_mapped.Keys), "No real body became one of these.");
    }

    private void Hook(string name, GitLabHook hook)
    {
        var project = hook.Project ?? EntitySamples.Project with { Id = hook.ProjectId };

        switch (hook)
        {
            case PushHook push:
                foreach (var commit in push.Commits)
                {
                    Commit(name, project, commit);
                }

                break;
            case MergeRequestHook mergeRequest:
                MergeRequest(name, project, mergeRequest.MergeRequest);

                if (mergeRequest.Head is { } head)
                {
                    Branch(name, project, new GitLabBranch { Name = mergeRequest.MergeRequest.SourceBranch, LastCommit = head });
                }

                break;
            case NoteHook note:
                MergeRequest(name, project, note.MergeRequest);
                break;
            case PipelineHook { Pipeline.Iid: not null } pipeline:
                Build(name, project, pipeline.Pipeline);
                break;
            case FeatureFlagHook flag:
                FeatureFlag(name, project, flag.Flag);
                break;
        }
    }

    private void Answer(string name, byte[] body)
    {
        var project = EntitySamples.Project;
        var kind = name["rest-".Length..name.LastIndexOf('-')];

        switch (kind)
        {
            case "pipeline" or "pipelines-list" or "pipeline-details-list":
                Each(body, GitLabCiJson.Default.PipelineWire, wire => GitLabCiModels.Pipeline(42, wire), pipeline => Build(name, project, pipeline));
                break;
            case "deployment" or "deployments-list":
                Each(body, GitLabCiJson.Default.DeploymentWire, wire => GitLabCiModels.Deployment(CannedGitLab.Access, 42, wire), deployment => Deployment(name, project, deployment));
                break;
            case "feature-flag" or "feature-flags-list":
                Each(body, GitLabCiJson.Default.FeatureFlagWire, wire => GitLabCiModels.FeatureFlag(42, wire), flag => FeatureFlag(name, project, flag));
                break;
            case "merge-request" or "merge-requests-list":
                Each(body, GitLabJson.Default.MergeRequestWire, wire => GitLabModels.MergeRequest(CannedGitLab.Access, 42, wire), mergeRequest => MergeRequest(name, project, mergeRequest));
                break;
            case "branch" or "branches-list":
                Each(body, GitLabJson.Default.BranchWire, wire => GitLabModels.Branch(CannedGitLab.Access, 42, wire), branch => Branch(name, project, branch));
                break;
            case "commit" or "commits-list" or "merge-request-commits":
                Each(body, GitLabJson.Default.CommitWire, wire => GitLabModels.Commit(CannedGitLab.Access, 42, wire), commit => Commit(name, project, commit));
                break;
        }
    }

    private static void Each<TWire, TModel>(byte[] body, JsonTypeInfo<TWire> type, Func<TWire?, TModel?> read, Action<TModel> map)
        where TModel : class
    {
        using var document = JsonDocument.Parse(body);

        foreach (var item in document.RootElement.ValueKind is JsonValueKind.Array ? document.RootElement.EnumerateArray().ToArray() : [document.RootElement])
        {
            // Some are fragments without an identity.
            if (read(item.Deserialize(type)) is { } model)
            {
                map(model);
            }
        }
    }

    private void Commit(string name, GitLabProject project, GitLabCommit commit) => Keep(EntityKind.Commit, CommitMapper.Map(EntitySamples.Link, project, commit, Keys), name);

    private void Branch(string name, GitLabProject project, GitLabBranch branch) => Keep(EntityKind.Branch, BranchMapper.Map(EntitySamples.Link, project, branch, Keys), name);

    private void MergeRequest(string name, GitLabProject project, GitLabMergeRequest mergeRequest) =>
        Keep(EntityKind.MergeRequest, MergeRequestMapper.Map(EntitySamples.Link, project, mergeRequest, Keys), name);

    private void Build(string name, GitLabProject project, GitLabPipeline pipeline)
    {
        if (pipeline.Iid is not null)
        {
            Keep(EntityKind.Build, BuildMapper.Map(EntitySamples.Link, project, pipeline, [], tests: null, Keys), name);
        }
    }

    private void Deployment(string name, GitLabProject project, GitLabDeployment deployment) =>
        Keep(EntityKind.Deployment, DeploymentMapper.Map(EntitySamples.Link, project, deployment, Keys, EntitySettings.Default), name);

    private void FeatureFlag(string name, GitLabProject project, GitLabFeatureFlag flag) => Keep(EntityKind.FeatureFlag, FeatureFlagMapper.Map(EntitySamples.Link, project, flag, Keys), name);

    private void Keep(EntityKind kind, JsonElement body, string name)
    {
        JiraLimits.AssertKept(kind, body, name);
        _mapped[kind] = _mapped.GetValueOrDefault(kind) + 1;
    }
}
