using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.GitLab.Hooks;

namespace GitLabJira.Functions.Relay;

/// <summary>What it means for a link that somebody came, left or got another role: it may be the one whose grant it lives by. Which group or project the event names does not matter, since roles are inherited; GitLab is asked.</summary>
public sealed class MemberTranslation(IRoles roles)
{
    public async Task HookAsync(Turn turn, MemberHook hook, CancellationToken cancellationToken)
    {
        if (await roles.CheckRolesAsync(turn.Link, hook.UserId, cancellationToken) is not RoleCheck.NotOurs)
        {
            // The read may be older than the event.
            turn.RepeatAfter = Settling.Settled;
        }
    }
}
