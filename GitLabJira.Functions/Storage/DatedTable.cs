namespace GitLabJira.Functions.Storage;

/// <summary>A table a day, dropped whole when it is old: cheaper than deleting rows.</summary>
public sealed record DatedTable(string Name, TimeSpan KeptFor);
