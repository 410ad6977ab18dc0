namespace Microsoft.DurableTask;

/// <summary>How the next generation of an orchestration starts.</summary>
public class ContinueAsNewOptions
{
    public object? NewInput { get; set; }

    public bool PreserveUnprocessedEvents { get; set; } = true;

    public string? NewVersion { get; set; }
}
