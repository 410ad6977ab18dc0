namespace GitLabJira.Functions.GitLab.Model;

/// <summary>Counts of the tests that a pipeline reported. A pipeline without a report has none of these, not zeros.</summary>
public sealed record GitLabTestReport(long Total, long Passed, long Failed, long Skipped);
