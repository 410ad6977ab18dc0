using GitLabJira.Functions.GitLab.Links;

namespace GitLabJira.Functions.InitialSync;

/// <summary>Reads one project's history, kind by kind as the run's plan says, and puts it on its way to Jira.</summary>
/// <param name="checkpoint">Keeps the cursor; answers false when the run was stopped.</param>
public sealed class ProjectReading(ReadingTools tools, ReadingJob job, ProjectCursor start, Func<ProjectCursor, Task<bool>> checkpoint)
{
    public async Task<ReadingResult> RunAsync(CancellationToken cancellationToken)
    {
        var reading = new ReadingState(tools, job, start, checkpoint);
        var mergeRequests = new MergeRequestReading(reading);
        var commits = new CommitReading(reading);
        var ci = new CiReading(reading);

        foreach (var kind in job.Plan.Kinds.Order())
        {
            // An earlier attempt has read it.
            if (kind < reading.Cursor.Phase || reading.Cursor.IsOver)
            {
                continue;
            }

            if (kind > reading.Cursor.Phase)
            {
                reading.Cursor = reading.Cursor with { Phase = kind, Page = null };
            }

            var goesOn = kind switch
            {
                SyncKind.MergeRequests => await mergeRequests.ReadMergeRequestsAsync(cancellationToken),
                SyncKind.Branches => job.Project.EmptyRepository || await mergeRequests.ReadBranchesAsync(cancellationToken),
                SyncKind.Commits => await commits.ReadAsync(cancellationToken),
                SyncKind.Pipelines => await ci.ReadPipelinesAsync(cancellationToken),
                SyncKind.Deployments => await ci.ReadDeploymentsAsync(cancellationToken),
                SyncKind.FeatureFlags => await ci.ReadFeatureFlagsAsync(cancellationToken),
                _ => true,
            };

            if (!goesOn)
            {
                break;
            }
        }

        return reading.Result();
    }
}
