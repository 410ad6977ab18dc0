using System.Globalization;
using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.GitLab.Projects;

namespace GitLabJira.Functions.Configuration;

/// <summary>Turns what a person calls a project into the project.</summary>
public sealed class ProjectNames(ProjectFinder finder)
{
    /// <param name="named">Ids and full paths.</param>
    /// <param name="field">Name of the field for entry <c>n</c>.</param>
    public async Task<(IReadOnlyList<NamedProject> Projects, Refusal? Refusal)> FindAsync(Link link, IReadOnlyList<string> named, Func<int, string> field, CancellationToken cancellationToken)
    {
        var found = new Dictionary<long, NamedProject>();

        try
        {
            foreach (var (index, name) in named.Index())
            {
                // What is named already stays so when GitLab has deleted it since.
                if (link.Settings.ExcludedProjects.Concat(link.Settings.IncludedProjects).FirstOrDefault(project => Is(project, name)) is not { } project)
                {
                    if (await finder.FindAsync(link, name, cancellationToken) is not { } seen)
                    {
                        return ([], Refusal.BadField(field(index), "is no project of this group that the app can see."));
                    }

                    project = seen;
                }

                found[project.Id] = project;
            }
        }
        catch (NoUsableGrantException)
        {
            return ([], Refusal.NeedsMaintainer);
        }
        catch (GitLabRequestException exception)
        {
            return ([], Refusal.Of(exception));
        }

        return ([.. found.Values.OrderBy(project => project.Id)], null);
    }

    private static bool Is(NamedProject project, string name) =>
        string.Equals(project.Path, name, StringComparison.OrdinalIgnoreCase) || string.Equals(project.Id.ToString(CultureInfo.InvariantCulture), name, StringComparison.Ordinal);
}
