using System.Diagnostics;
using Azure;
using GitLabJira.Functions.GitLab;
using GitLabJira.Functions.Jira.Client;
using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.Poison;

/// <summary>Says why an attempt failed without repeating what an exception's message may quote: types, codes, and the place in our code.</summary>
public static class FailureReason
{
    /// <summary>The host moves a message to the poison queue too when a process died over it again and again.</summary>
    public const string Unknown = "No attempt ended with an error of the app: the process died or was stopped each time.";

    private const int DeepestInner = 3;
    private const string Ours = "GitLabJira.";

    public static string Of(Exception failure) => failure switch
    {
        // These messages are our own and hold no data.
        MessageUnreadableException => failure.InnerException is { } inner ? $"{failure.Message} ({Types(inner)})" : failure.Message,
        GitLabRequestException or JiraRequestException => $"{failure.Message} ({failure.GetType().Name}){Place(failure)}",
        _ => $"{Types(failure)}{Place(failure)}",
    };

    private static string Types(Exception failure)
    {
        var types = new List<string>();

        for (var next = failure; next is not null && types.Count < DeepestInner; next = next.InnerException)
        {
            types.Add(next is RequestFailedException { Status: var status, ErrorCode: var code } ? $"{next.GetType().Name} {status} {code}".TrimEnd() : next.GetType().Name);
        }

        return string.Join(" < ", types);
    }

    private static string Place(Exception failure)
    {
        foreach (var frame in new StackTrace(failure).GetFrames())
        {
            // Methods of async code stand in types of the compiler's own, whose names begin with that of the method.
            if (frame.GetMethod()?.DeclaringType is { FullName: { } name } && name.StartsWith(Ours, StringComparison.Ordinal))
            {
                return $" in {name.Replace('+', '.')}";
            }
        }

        return "";
    }
}
