using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.DurableTask;

namespace GitLabJira.LocalRuntime.Durable;

internal enum HistoryKind
{
    OrchestratorStarted,
    ExecutionStarted,
    TaskScheduled,
    TaskCompleted,
    TaskFailed,
    TimerCreated,
    TimerFired,
    SubOrchestrationCreated,
    SubOrchestrationCompleted,
    SubOrchestrationFailed,
    EventRaised,
    EventSent,
    Suspended,
    Resumed,
    Terminated,
}

/// <summary>What happened to an orchestration, as it stands in its history, and before that in a message to it.</summary>
internal sealed record HistoryEvent(HistoryKind Kind)
{
    public DateTimeOffset? At { get; init; }

    public int? TaskId { get; init; }

    /// <summary>Of the orchestrator, activity or event.</summary>
    public string? Name { get; init; }

    /// <summary>Input, result, payload or reason, as JSON.</summary>
    public string? Data { get; init; }

    /// <summary>Where <see cref="Data"/> lies when it is large.</summary>
    public string? DataRef { get; init; }

    public DateTimeOffset? FireAt { get; init; }

    /// <summary>Of the sub-orchestration or of the receiver of an event.</summary>
    public string? InstanceId { get; init; }

    public FailureRecord? Failure { get; init; }

    public ParentLink? Parent { get; init; }

    /// <summary>Only in the message that starts an instance.</summary>
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary>A termination that takes the sub-orchestrations along.</summary>
    public bool? Recursive { get; init; }
}

/// <summary>Who waits for a sub-orchestration.</summary>
internal sealed record ParentLink(string Name, string InstanceId, string Execution, int TaskId);

/// <summary><see cref="TaskFailureDetails"/> as it is stored.</summary>
internal sealed record FailureRecord(string Type, string Message, string? Stack, FailureRecord? Inner)
{
    // Stored inside of rows: a longer text helps nobody.
    private const int MaxText = 4000;

    public static FailureRecord From(Exception exception) => new(
        exception.GetType().FullName ?? exception.GetType().Name,
        Cut(exception.Message),
        exception.StackTrace is { } stack ? Cut(stack) : null,
        exception switch
        {
            // The failure of the task it stands for says more than the exception around it.
            TaskFailedException failed => From(failed.FailureDetails),
            { InnerException: { } inner } => From(inner),
            _ => null,
        });

    public static FailureRecord From(TaskFailureDetails details) => new(
        details.ErrorType, Cut(details.ErrorMessage), details.StackTrace is { } stack ? Cut(stack) : null, details.InnerFailure is { } inner ? From(inner) : null);

    public TaskFailureDetails ToDetails() => new(Type, Message, Stack, Inner?.ToDetails(), Properties: null);

    /// <summary>What the real backend stores as the output of a failed instance.</summary>
    public override string ToString() => $"{Type}: {Message}";

    private static string Cut(string text) => text.Length <= MaxText ? text : text[..MaxText];
}

/// <summary>The events of one episode, committed together, and the messages that led to them.</summary>
internal sealed record HistoryBatch(IReadOnlyList<string> Consumed, IReadOnlyList<HistoryEvent> Events);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HistoryEvent))]
[JsonSerializable(typeof(HistoryBatch))]
[JsonSerializable(typeof(ParentLink))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
internal sealed partial class DurableJson : JsonSerializerContext
{
    /// <summary>Never shown in a page: no need to escape what HTML would mind.</summary>
    public static DurableJson Relaxed { get; } = new(new JsonSerializerOptions
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
