using GitLabJira.Functions.Jira.Publishing;

namespace GitLabJira.Functions.Relay;

/// <param name="Deliver">Whether what was seen goes to Jira.</param>
/// <param name="Stage">Stage of the look that follows; null when none is needed.</param>
/// <param name="Delay">When it follows.</param>
/// <param name="WithEvidence">Whether it is about the same event; else it only makes sure.</param>
public sealed record Settlement(bool Deliver, int? Stage = null, TimeSpan Delay = default, bool WithEvidence = true);

/// <summary>Decides whether one look at an entity is enough. GitLab's read replicas may lag by up to a minute, each read on its own, so what was read may be older than the event, or older than what another look has sent.</summary>
/// <remarks>
/// Why this converges: a look that follows more than the lag after another one shows all that the other was told of. So a look may stand alone if it shows its event, and either changes nothing at
/// Jira or has no other look within the lag before it. All others are followed by one after the lag. Events whose hook is still to come have their own look.
/// </remarks>
internal static class Settling
{
    /// <summary>A look of this stage comes a lag after its event: what it shows is later than the event, whatever it is.</summary>
    public const int LastStage = 3;

    /// <summary>Seen from the first look: after 5, 20 and 61 seconds.</summary>
    private static readonly TimeSpan[] Steps = [TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(41)];

    /// <summary>Just more than the lag.</summary>
    public static TimeSpan Settled { get; } = LookLog.ReplicaLag + TimeSpan.FromSeconds(1);

    /// <remarks>Whether another look began since is asked when this one's change is on its way (<see cref="Turn.IfCrowded"/>): who begins later still finds it.</remarks>
    public static Settlement Judge(EntityLook look, Proof proof, int stage)
    {
        if (look.Presence is Presence.Hidden)
        {
            return stage < LastStage ? new Settlement(Deliver: false, LastStage, Settled) : new Settlement(Deliver: false);
        }

        if (stage < LastStage)
        {
            switch (proof)
            {
                case Proof.Older:
                    return new Settlement(Deliver: false, stage + 1, Steps[stage]);
                case Proof.Different:
                    return new Settlement(Deliver: true, stage + 1, Steps[stage]);
                case Proof.Unclear:
                case Proof.Unprovable when !look.ShowsInJira:
                    return new Settlement(Deliver: true, LastStage, Settled);
            }
        }

        return look.ShowsInJira && look.Note.FollowsClosely
            ? new Settlement(Deliver: true, LastStage, Settled, WithEvidence: false)
            : new Settlement(Deliver: true);
    }
}
