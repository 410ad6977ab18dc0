using System.Net;
using GitLabJira.Sandbox.GitLab.State;
using GitLabJira.Sandbox.World;

namespace GitLabJira.Sandbox.Check;

/// <summary>The ways in which a project leaves a link: Jira shows nothing of it afterwards, and nothing that comes late brings it back.</summary>
internal sealed class ProjectsGone(SandboxWorld world, CheckReport report, JiraAdmin admin, string link)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var gitLab = world.GitLab;

        await StepAsync("A project is deleted", "acme/platform/payments/ledger", project =>
        {
            gitLab.DeleteProject("olivia", project.Id);
            return Task.CompletedTask;
        }, cancellationToken);

        var elsewhere = gitLab.CreateGroup("olivia", "Elsewhere", GitLabPlan.Premium);
        await StepAsync("A project moves out of the group", "acme/platform/payments/refunds", project =>
        {
            // The group's hook hears nothing of a move: this push was still on its way.
            gitLab.Push("olivia", project.Id, "PAY-2-on-its-way", "PAY-2 Pushed before the move");
            gitLab.MoveProject("olivia", project.Id, elsewhere.Id);
            return Task.CompletedTask;
        }, cancellationToken);

        await StepAsync("A project is excluded", "acme/platform/payments/invoices", async project =>
        {
            var answer = await admin.ChangeSettingsAsync(link, new { excludedProjects = new[] { project.FullPath } }, cancellationToken);
            report.Equal("the settings are taken", HttpStatusCode.OK, answer.Status);
            await world.AdvanceAsync(TimeSpan.FromMinutes(1), cancellationToken);
            gitLab.Push("olivia", project.Id, "PAY-3-late", "PAY-3 Pushed although nobody wants it");
        }, cancellationToken);
    }

    private async Task StepAsync(string title, string path, Func<GitLabProject, Task> act, CancellationToken cancellationToken)
    {
        report.Title(title);
        var project = world.GitLab.State.Project(path);
        report.That("Jira shows it before", world.Jira.State.OfRepository($"{project.Id}").Count > 0);
        await act(project);
        await world.AdvanceAsync(TimeSpan.FromMinutes(15), cancellationToken);
        report.Equal("Jira shows nothing of it", 0, world.Jira.State.OfRepository($"{project.Id}").Count);
    }
}
