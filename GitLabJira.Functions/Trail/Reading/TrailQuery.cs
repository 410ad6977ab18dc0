using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Keys;

namespace GitLabJira.Functions.Trail.Reading;

/// <summary>How an entity is recognised among the rows of its kind.</summary>
public enum TrailBy
{
    /// <summary>GitLab's number of it.</summary>
    Name,

    /// <summary>The first characters of a sha.</summary>
    Sha,

    /// <summary>What Jira's id of it ends with: the hash of a name.</summary>
    Id,

    /// <summary>The environment that was deployed to.</summary>
    Environment,

    /// <summary>The number of a deployment in its project.</summary>
    Number,
}

public sealed record TrailTarget(EntityKind Kind, TrailBy By, string Value);

/// <summary>What somebody asks the trail for, in GitLab's or Jira's terms.</summary>
/// <param name="IssueKey">Set when it is an issue.</param>
/// <param name="Host">Of an address.</param>
/// <param name="ProjectPath">Where an address or reference names the project.</param>
/// <param name="Targets">What the words may mean: a plain word may be a branch and a flag.</param>
public sealed record TrailQuery(string? IssueKey, string? Host, string? ProjectPath, IReadOnlyList<TrailTarget> Targets)
{
    public const int LongestText = 2000;

    public const string Rule =
        "must be an issue key (ABC-1), a merge request (!12, group/project!12 or its address), a branch, a commit, a pipeline or a deployment by its address, or any of them and a feature flag as "
        + "branch:NAME, commit:SHA, pipeline:ID, deployment:ID, flag:NAME.";

    private const int ShortestSha = 7;
    private const int LongestSha = 64;
    private const string Separator = "/-/";

    private static readonly SearchValues<char> Hexadecimal = SearchValues.Create("0123456789abcdefABCDEF");

    /// <returns>Null when nobody can tell what is meant.</returns>
    public static TrailQuery? Parse(string text)
    {
        text = text.Trim();

        if (text.Length is 0 or > LongestText)
        {
            return null;
        }

        if (IssueKeys.Extract(text) is [var key] && key.Length == text.Length)
        {
            return new TrailQuery(key, null, null, []);
        }

        return Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? OfAddress(address)
            : text.Split(':', 2) is [var prefix, { Length: > 0 } value] && OfPrefix(prefix, value.Trim()) is { } named ? named
            : OfReference(text) ?? Of(null, OfWord(text));
    }

    private static TrailQuery? OfAddress(Uri address)
    {
        var path = Uri.UnescapeDataString(address.AbsolutePath).Trim('/');
        var cut = path.IndexOf(Separator, StringComparison.Ordinal);

        if (cut <= 0)
        {
            return null;
        }

        TrailTarget? target = path[(cut + Separator.Length)..].Split('/') switch
        {
            ["merge_requests", var iid, ..] when IsNumber(iid) => new(EntityKind.MergeRequest, TrailBy.Name, iid),
            ["pipelines", var id, ..] when IsNumber(id) => new(EntityKind.Build, TrailBy.Name, id),
            ["deployments", var number, ..] when IsNumber(number) => new(EntityKind.Deployment, TrailBy.Number, number),
            ["environments", _, "deployments", var number, ..] when IsNumber(number) => new(EntityKind.Deployment, TrailBy.Number, number),
            ["environments", var id, ..] when IsNumber(id) => new(EntityKind.Deployment, TrailBy.Environment, id),
            ["commit", var sha, ..] when IsSha(sha) => new(EntityKind.Commit, TrailBy.Sha, Lower(sha)),
            ["tree" or "commits", .. { Length: > 0 } branch] => new(EntityKind.Branch, TrailBy.Id, Hash(string.Join('/', branch))),
            _ => null,
        };

        return target is null ? null : Of(path[..cut], target) with { Host = address.GetLeftPart(UriPartial.Authority) };
    }

    private static TrailQuery? OfPrefix(string prefix, string value) => prefix.ToUpperInvariant() switch
    {
        "BRANCH" => Of(null, new TrailTarget(EntityKind.Branch, TrailBy.Id, Hash(value))),
        "FLAG" => Of(null, new TrailTarget(EntityKind.FeatureFlag, TrailBy.Id, Hash(value))),
        "COMMIT" when IsSha(value) => Of(null, new TrailTarget(EntityKind.Commit, TrailBy.Sha, Lower(value))),
        "PIPELINE" when IsNumber(value) => Of(null, new TrailTarget(EntityKind.Build, TrailBy.Name, value)),
        "DEPLOYMENT" when IsNumber(value) => Of(null, new TrailTarget(EntityKind.Deployment, TrailBy.Name, value)),
        "MR" when IsNumber(value.TrimStart('!')) => Of(null, new TrailTarget(EntityKind.MergeRequest, TrailBy.Name, value.TrimStart('!'))),
        _ => null,
    };

    /// <summary>As GitLab writes references: <c>!12</c>, <c>group/project!12</c>, <c>group/project@sha</c>.</summary>
    private static TrailQuery? OfReference(string text)
    {
        var mark = text.LastIndexOfAny(['!', '@']);

        if (mark < 0)
        {
            return null;
        }

        var (path, value) = (mark == 0 ? null : text[..mark], text[(mark + 1)..]);

        return text[mark] == '!' && IsNumber(value) ? Of(path, new TrailTarget(EntityKind.MergeRequest, TrailBy.Name, value))
            : text[mark] == '@' && path is not null && IsSha(value) ? Of(path, new TrailTarget(EntityKind.Commit, TrailBy.Sha, Lower(value)))
            : null;
    }

    private static TrailTarget[] OfWord(string word)
    {
        var name = Hash(word);
        var targets = new List<TrailTarget> { new(EntityKind.Branch, TrailBy.Id, name), new(EntityKind.FeatureFlag, TrailBy.Id, name) };

        if (IsSha(word))
        {
            targets.Add(new(EntityKind.Commit, TrailBy.Sha, Lower(word)));
        }

        if (IsNumber(word))
        {
            targets.Add(new(EntityKind.Build, TrailBy.Name, word));
            targets.Add(new(EntityKind.Deployment, TrailBy.Name, word));
        }

        return [.. targets];
    }

    private static TrailQuery Of(string? path, params TrailTarget[] targets) => new(null, null, path, targets);

    private static bool IsNumber(string text) => text.Length <= 18 && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static bool IsSha(string text) => text.Length is >= ShortestSha and <= LongestSha && !text.AsSpan().ContainsAnyExcept(Hexadecimal);

    private static string Lower(string sha) => sha.ToLowerInvariant();

    // As JiraIds names branches and flags: their names themselves stand nowhere.
    private static string Hash(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
}
