namespace GitLabJira.Sandbox.Jira.Apps;

/// <summary>The app as this site knows it. The secret never leaves the object model: no page, log or JSON shows it.</summary>
public sealed record InstalledApp(AppDescriptor Descriptor, Uri DescriptorUrl, string ClientKey, string SharedSecret, DateTimeOffset InstalledAt)
{
    public string Key => Descriptor.Key;

    public override string ToString() => $"{Key} as {ClientKey}";
}

/// <summary>The app could not be installed; the message says why, as the install dialog would.</summary>
public sealed class AppInstallException(string message, IReadOnlyList<string> problems, int? status = null) : Exception(message)
{
    public IReadOnlyList<string> Problems { get; } = problems;

    /// <summary>What the app answered to <c>installed</c>, if it was asked.</summary>
    public int? Status { get; } = status;
}
