using System.Text;
using GitLabJira.Functions.GitLab.Hooks;

namespace GitLabJira.Functions.Tests.GitLab.Hooks;

[TestClass]
public sealed class HookPlaceBuilderTests
{
    [TestMethod]
    [DataRow("project_create", ProjectEvent.Created)]
    [DataRow("project_destroy", ProjectEvent.Destroyed)]
    [DataRow("project_rename", ProjectEvent.Renamed)]
    [DataRow("project_transfer", ProjectEvent.Transferred)]
    [DataRow("project_update", ProjectEvent.Updated)]
    public void Reads_each_event_of_a_project(string name, ProjectEvent expected)
    {
        var hook = Hook<ProjectHook>($$"""
            { "event_name": "{{name}}", "name": "New", "path": "new", "path_with_namespace": "acme/new", "old_path_with_namespace": "acme/old", "project_id": 22, "project_namespace_id": 32 }
            """);

        Assert.AreEqual(new ProjectHook { ProjectId = 22, Event = expected, Path = "acme/new", OldPath = "acme/old" }, hook);
    }

    [TestMethod]
    public void Has_a_row_for_each_event_of_a_project() => Rows.AssertAll<ProjectEvent>(typeof(HookPlaceBuilderTests), nameof(Reads_each_event_of_a_project));

    [TestMethod]
    [DataRow("subgroup_create", GroupEvent.Created)]
    [DataRow("group_create", GroupEvent.Created)]
    [DataRow("subgroup_destroy", GroupEvent.Destroyed)]
    [DataRow("group_destroy", GroupEvent.Destroyed)]
    [DataRow("group_rename", GroupEvent.Renamed)]
    public void Reads_each_event_of_a_group(string name, GroupEvent expected)
    {
        var hook = Hook<GroupHook>($$"""
            { "event_name": "{{name}}", "name": "New", "full_path": "acme/new", "old_full_path": "acme/old", "group_id": 10, "parent_group_id": 7, "parent_full_path": "acme" }
            """);

        Assert.AreEqual(new GroupHook { ProjectId = 0, Event = expected, GroupId = 10, ParentGroupId = 7, Path = "acme/new", OldPath = "acme/old" }, hook);
    }

    [TestMethod]
    public void Has_a_row_for_each_event_of_a_group() => Rows.AssertAll<GroupEvent>(typeof(HookPlaceBuilderTests), nameof(Reads_each_event_of_a_group));

    [TestMethod]
    [DataRow("user_remove_from_group", true)]
    [DataRow("user_update_for_group", false)]
    [DataRow("user_add_to_group", false)]
    public void Reads_who_came_to_a_group_left_it_or_got_another_role(string name, bool removed)
    {
        var hook = Hook<MemberHook>($$"""{ "event_name": "{{name}}", "group_id": 10, "user_id": 64, "user_email": "ann@example.com", "group_access": "Guest" }""");

        Assert.AreEqual(new MemberHook { ProjectId = 0, UserId = 64, GroupId = 10, Removed = removed }, hook);
    }

    [TestMethod]
    [DataRow("user_remove_from_team", true)]
    [DataRow("user_update_for_team", false)]
    [DataRow("user_add_to_team", false)]
    public void Reads_who_came_to_a_project_left_it_or_got_another_role(string name, bool removed)
    {
        var hook = Hook<MemberHook>($$"""{ "event_name": "{{name}}", "project_id": 22, "user_id": 64, "access_level": "Guest" }""");

        Assert.AreEqual(new MemberHook { ProjectId = 22, UserId = 64, Removed = removed }, hook);
    }

    [TestMethod]
    [DataRow("{\"event_name\":\"project_destroy\"}", "project_id")]
    [DataRow("{\"event_name\":\"subgroup_destroy\"}", "group_id")]
    [DataRow("{\"event_name\":\"user_remove_from_group\",\"group_id\":10}", "user_id")]
    [DataRow("{\"event_name\":\"user_remove_from_group\",\"user_id\":64}", "group_id")]
    public void Names_the_field_that_is_missing(string body, string field) => Assert.AreEqual(field, HookReader.Read(Encoding.UTF8.GetBytes(body)).Field);

    private static T Hook<T>(string body)
        where T : GitLabHook => Assert.IsInstanceOfType<T>(HookReader.Read(Encoding.UTF8.GetBytes(body)).Hook);
}
