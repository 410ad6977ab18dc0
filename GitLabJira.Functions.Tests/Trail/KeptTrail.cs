using System.Collections.Concurrent;
using GitLabJira.Functions.Trail;

namespace GitLabJira.Functions.Tests.Trail;

/// <summary>Keeps what was noted.</summary>
internal sealed class KeptTrail : ITrail
{
    private readonly ConcurrentQueue<TrailNote> _notes = new();

    public IReadOnlyList<TrailNote> Notes => [.. _notes];

    public void Add(TrailNote note) => _notes.Enqueue(note);

    public Task WriteAsync() => Task.CompletedTask;
}
