using System.Globalization;
using GitLabJira.Sandbox.GitLab.Changes;
using GitLabJira.Sandbox.GitLab.State;
using Microsoft.AspNetCore.Http;

namespace GitLabJira.Sandbox.GitLab.Pages;

/// <summary>What the forms of the pages do, in the name of who signed in.</summary>
internal static class ProjectActs
{
    public static void Do(PageRequest page, GitLabProject project, IFormCollection form)
    {
        var user = page.Reader.Username;
        var site = page.Site;
        var home = $"{page.Root}/{project.FullPath}";

        try
        {
            switch (form["act"].ToString())
            {
                case "push":
                    site.Push(user, project.Id, Text("branch"), Text("message"));
                    Go($"{home}/-/commits/{Text("branch")}", "Your commit has been pushed.");
                    break;
                case "create_branch":
                    site.CreateBranch(user, project.Id, Text("branch"), Text("from") is { Length: > 0 } from ? from : null);
                    Go($"{home}/-/branches", $"Branch {Text("branch")} was created.");
                    break;
                case "delete_branch":
                    site.DeleteBranch(user, project.Id, Text("branch"));
                    Go($"{home}/-/branches", $"Branch {Text("branch")} was deleted.");
                    break;
                case "open_merge_request":
                    var opened = site.OpenMergeRequest(user, project.Id, new NewMergeRequest(Text("source_branch"), Text("title"), Text("description"), Text("target_branch"))
                    {
                        Reviewers = Text("reviewer") is { Length: > 0 } reviewer ? [reviewer] : null,
                        RemovesSourceBranch = Text("remove_source_branch") is "1",
                    });
                    Go($"{home}/-/merge_requests/{opened.Iid}", "The merge request is open.");
                    break;
                default:
                    DoWithMergeRequest(page, project, Text, Go, $"{home}/-/merge_requests/{Text("iid")}");
                    break;
            }
        }
        catch (GitLabRefusedException refusal)
        {
            page.Session.Flash = (true, refusal.Message);
            page.Http.Response.Redirect(page.Http.Request.Headers.Referer.ToString() is { Length: > 0 } back ? back : home);
        }

        string Text(string name) => form[name].ToString().ReplaceLineEndings("\n").Trim();

        void Go(string target, string what)
        {
            page.Session.Flash = (false, what);
            page.Http.Response.Redirect(string.Join('/', target.Split('/').Select(Uri.EscapeDataString)));
        }
    }

    private static void DoWithMergeRequest(PageRequest page, GitLabProject project, Func<string, string> text, Action<string, string> go, string back)
    {
        var user = page.Reader.Username;
        var iid = long.TryParse(text("iid"), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

        switch (text("act"))
        {
            case "approve":
                page.Site.Approve(user, project.Id, iid);
                go(back, "You approved this merge request.");
                break;
            case "unapprove":
                page.Site.Unapprove(user, project.Id, iid);
                go(back, "Your approval is revoked.");
                break;
            case "merge":
                page.Site.Merge(user, project.Id, iid, MergeMethod.MergeCommit, text("remove_source_branch") is "1");
                go(back, "Merged.");
                break;
            case "close":
                page.Site.CloseMergeRequest(user, project.Id, iid);
                go(back, "Closed.");
                break;
            case "reopen":
                page.Site.ReopenMergeRequest(user, project.Id, iid);
                go(back, "Open again.");
                break;
            case "edit_merge_request":
                page.Site.EditMergeRequest(user, project.Id, iid, new MergeRequestEdit(text("title"), text("description")));
                go(back, "Saved.");
                break;
            case "comment":
                page.Site.AddNote(user, project.Id, iid, text("text"));
                go(back, "Your comment is there.");
                break;
            default:
                throw new GitLabRefusedException("Nothing of that name can be done here.");
        }
    }
}
