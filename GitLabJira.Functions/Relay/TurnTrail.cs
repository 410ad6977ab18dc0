using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Publishing;
using GitLabJira.Functions.Storage;
using GitLabJira.Functions.Trail;

namespace GitLabJira.Functions.Relay;

/// <summary>What the trail hears of one message's work: a note for each entity that was looked at or left aside.</summary>
/// <param name="trail">Takes the notes.</param>
/// <param name="publication">On whose behalf.</param>
/// <param name="header">Of the message; null where there is none.</param>
public sealed class TurnTrail(ITrail trail, Publication publication, MessageHeader? header)
{
    private readonly HashSet<(EntityKind?, long, string)> _noted = [];
    private readonly List<TrailNote> _notes = [];

    /// <summary>The turn is about to be carried out. What is never carried out leaves no trace.</summary>
    public void Close()
    {
        foreach (var note in _notes)
        {
            trail.Add(note);
        }

        _notes.Clear();
    }

    /// <summary>What a look showed, and what follows from it.</summary>
    public void Looked(EntityLook look, Settlement settlement)
    {
        var note = New(TrailSubject.Of(look.Entity), Event(look, settlement)) with
        {
            Sight = look.Presence switch
            {
                Presence.Present => TrailSight.Present,
                Presence.Gone => TrailSight.Gone,
                _ => TrailSight.Hidden,
            },
            Keys = look.Change?.Keys ?? [],
            KeysBefore = look.IsHeld ? look.Held!.Keys : [],
            Wait = settlement.Stage is null ? null : settlement.Delay,
        };

        Add(note.Event is TrailEvent.HandedOver ? Handed(note, look.Change!) : note);
    }

    /// <summary>A change that goes without a look of its own: from a hook's body, or because of what another look showed.</summary>
    public void Changed(EntityChange change) => Add(Handed(
        New(TrailSubject.Of(change.Entity), TrailEvent.HandedOver) with { Sight = change.FromRead ? TrailSight.None : TrailSight.Body, Keys = change.Keys }, change));

    /// <summary>GitLab could not be read for what the message is about.</summary>
    public void Failed(IEnumerable<HookSubject> subjects, Exception failure, TimeSpan? wait)
    {
        foreach (var subject in Rest(subjects))
        {
            Add(failure is GitLabRequestException { Failure: var kind }
                ? New(subject.Subject, TrailEvent.Unread) with { Detail = kind.ToString(), Wait = wait }
                : New(subject.Subject, TrailEvent.NeedsSignIn) with { Wait = wait });
        }
    }

    /// <summary>What the message is about and has not been noted yet leads nowhere.</summary>
    public void Nothing(IEnumerable<HookSubject> subjects)
    {
        foreach (var subject in Rest(subjects))
        {
            Add(New(subject.Subject, subject.Otherwise));
        }
    }

    /// <summary>What the message is about leads nowhere, for one reason.</summary>
    public void Nothing(IEnumerable<HookSubject> subjects, TrailEvent why)
    {
        foreach (var subject in subjects)
        {
            Add(New(subject.Subject, why));
        }
    }

    private IEnumerable<HookSubject> Rest(IEnumerable<HookSubject> subjects) => subjects.Where(s => !_noted.Contains(Key(s.Subject)));

    private void Add(TrailNote note)
    {
        _noted.Add(Key(note.Subject));
        _notes.Add(note);
    }

    // A deployment has its id at Jira only when it was read.
    private static (EntityKind?, long, string) Key(TrailSubject subject) =>
        (subject.Kind, subject.ProjectId, subject.Kind is EntityKind.Deployment ? subject.Name! : subject.EntityId);

    private TrailNote New(TrailSubject subject, TrailEvent what)
    {
        var isHook = header?.Kind is MessageKinds.Hook or MessageKinds.FedHook;

        return new TrailNote
        {
            Subject = subject,
            Event = what,
            Cause = publication.Cause,
            DeliveryId = isHook ? header!.DeliveryId : null,
            ReceivedAt = isHook ? DateTimeOffset.FromUnixTimeMilliseconds(header!.ReceivedAt) : null,
        };
    }

    private TrailNote Handed(TrailNote note, EntityChange change) => note with { Sequence = change.Sequence, Lane = publication.Lane, Deletes = change.Body is null };

    private static TrailEvent Event(EntityLook look, Settlement settlement) => look switch
    {
        { Presence: Presence.Hidden } => TrailEvent.Hidden,
        _ when !settlement.Deliver => TrailEvent.Older,
        { Change: not null } => TrailEvent.HandedOver,
        { Presence: Presence.Gone } => TrailEvent.Gone,
        BuildLook { Pipeline.Iid: null } => TrailEvent.NoNumber,
        { IsHeld: true } => TrailEvent.HeldAlready,
        _ => TrailEvent.NoKey,
    };
}
