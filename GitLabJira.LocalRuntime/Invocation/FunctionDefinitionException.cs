namespace GitLabJira.LocalRuntime.Invocation;

/// <summary>The app has functions that the real tooling or host would refuse.</summary>
public sealed class FunctionDefinitionException(IReadOnlyList<string> problems) : Exception(string.Join(Environment.NewLine, problems))
{
    public IReadOnlyList<string> Problems => problems;
}
