using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.Relay;
using GitLabJira.Functions.Tests.GitLab.Hooks;
using Moq;

namespace GitLabJira.Functions.Tests.Relay;

[TestClass]
public sealed class MemberTranslationTests(TestContext test)
{
    private readonly RelayScene _scene = new();

    [TestMethod]
    [DataRow("user_remove_from_group")]
    [DataRow("user_update_for_group")]
    [DataRow("user_add_to_group")]
    [DataRow("user_remove_from_team")]
    public async Task A_changed_role_of_somebody_who_signed_in_is_checked_at_once_and_after_the_replicas_lag(string kind)
    {
        _scene.Roles.Setup(r => r.CheckRolesAsync(Samples.Link, 42, It.IsAny<CancellationToken>())).ReturnsAsync(RoleCheck.Kept);

        await _scene.Events.TranslateAsync(_scene.Hook(HookBodies.OfKind(kind)), test.CancellationToken);
        Assert.AreEqual(Settling.Settled, _scene.Queue.Single().Delay);
        await _scene.Events.TranslateAsync(_scene.TakeLater(), test.CancellationToken);

        _scene.Roles.Verify(r => r.CheckRolesAsync(Samples.Link, 42, It.IsAny<CancellationToken>()), Times.Exactly(2));
        Assert.IsEmpty(_scene.Queue);
    }

    [TestMethod]
    public async Task Members_of_the_group_count_whatever_projects_were_chosen()
    {
        _scene.Link = Samples.Link with { Settings = Samples.Link.Settings with { IncludedProjects = [new NamedProject(1, "acme/one")] } };
        _scene.Roles.Setup(r => r.CheckRolesAsync(_scene.Link, 42, It.IsAny<CancellationToken>())).ReturnsAsync(RoleCheck.Kept);

        await _scene.Events.TranslateAsync(_scene.Hook(HookBodies.OfKind("user_remove_from_group")), test.CancellationToken);

        _scene.Roles.VerifyAll();
    }

    [TestMethod]
    public async Task The_roles_of_others_are_none_of_ours()
    {
        _scene.Roles.Setup(r => r.CheckRolesAsync(Samples.Link, 42, It.IsAny<CancellationToken>())).ReturnsAsync(RoleCheck.NotOurs);

        await _scene.Events.TranslateAsync(_scene.Hook(HookBodies.OfKind("user_remove_from_group")), test.CancellationToken);

        Assert.IsEmpty(_scene.Queue);
        Assert.IsEmpty(_scene.Delivered);
        Assert.AreEqual("member translated", _scene.Meters.Seen.Single());
    }
}
