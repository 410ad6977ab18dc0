namespace GitLabJira.LocalRuntime.Invocation;

/// <summary>A parameter of a function could not be filled.</summary>
public sealed class FunctionBindingException(string message, Exception? innerException = null) : Exception(message, innerException);
