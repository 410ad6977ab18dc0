using System.Text.Json;
using GitLabJira.Functions.GitLab.Model;

namespace GitLabJira.Functions.GitLab.Hooks;

/// <summary>Reads what several kinds of bodies have in common: projects, people, a pipeline's parent.</summary>
internal static class HookPartReader
{
    public static HookProject? Project(ref Utf8JsonReader reader) => HookJson.Object(ref reader) ? ProjectFields(ref reader) : null;

    /// <summary>For a reader that is in the object already.</summary>
    public static HookProject ProjectFields(ref Utf8JsonReader reader)
    {
        var project = new HookProject();

        while (HookJson.NextProperty(ref reader))
        {
            if (reader.ValueTextEquals("id"u8))
            {
                project.Id = HookJson.Number(ref reader);
            }
            else if (reader.ValueTextEquals("name"u8))
            {
                project.Name = HookJson.Text(ref reader);
            }
            else if (reader.ValueTextEquals("path_with_namespace"u8))
            {
                project.Path = HookJson.Text(ref reader);
            }
            else if (reader.ValueTextEquals("web_url"u8))
            {
                project.WebUrl = HookJson.Text(ref reader);
            }
            else if (reader.ValueTextEquals("description"u8))
            {
                project.Description = HookJson.Text(ref reader);
            }
            else if (reader.ValueTextEquals("avatar_url"u8))
            {
                project.AvatarUrl = HookJson.Text(ref reader);
            }
            else if (reader.ValueTextEquals("default_branch"u8))
            {
                project.DefaultBranch = HookJson.Text(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        return project;
    }

    /// <summary>A person, with a state where it is a reviewer's (18.x and later).</summary>
    public static GitLabReviewer Person(ref Utf8JsonReader reader)
    {
        var person = new GitLabPerson();
        bool? approved = null;

        while (HookJson.NextProperty(ref reader))
        {
            if (reader.ValueTextEquals("id"u8))
            {
                person = person with { Id = HookJson.Number(ref reader) };
            }
            else if (reader.ValueTextEquals("name"u8))
            {
                person = person with { Name = HookJson.Text(ref reader) };
            }
            else if (reader.ValueTextEquals("username"u8))
            {
                person = person with { Username = HookJson.Text(ref reader) };
            }
            else if (reader.ValueTextEquals("email"u8))
            {
                person = person with { Email = HookBuilder.Email(HookJson.Text(ref reader)) };
            }
            else if (reader.ValueTextEquals("avatar_url"u8))
            {
                person = person with { AvatarUrl = HookJson.Text(ref reader) };
            }
            else if (reader.ValueTextEquals("state"u8))
            {
                approved = Approved(HookJson.Text(ref reader));
            }
            else
            {
                reader.Skip();
            }
        }

        return new GitLabReviewer(person, approved);
    }

    public static GitLabPipelineParent? Parent(ref Utf8JsonReader reader)
    {
        if (!HookJson.Object(ref reader))
        {
            return null;
        }

        long? projectId = null, pipelineId = null;

        while (HookJson.NextProperty(ref reader))
        {
            if (reader.ValueTextEquals("project"u8))
            {
                projectId = Project(ref reader)?.Id;
            }
            else if (reader.ValueTextEquals("pipeline_id"u8))
            {
                pipelineId = HookJson.Number(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        return projectId is { } project && pipelineId is { } pipeline ? new GitLabPipelineParent(project, pipeline) : null;
    }

    /// <summary>Null for a state that is not known here: it may mean either.</summary>
    private static bool? Approved(string? state) => state switch
    {
        "approved" => true,
        "unapproved" or "unreviewed" or "review_started" or "reviewed" or "requested_changes" => false,
        _ => null,
    };
}
