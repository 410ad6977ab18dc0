using System.Globalization;
using System.Text.Json;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.Jira.Client;
using GitLabJira.Functions.Jira.Entities;
using GitLabJira.Functions.Jira.Installations;

namespace GitLabJira.Functions.Tests.Jira.Delivery;

/// <summary>Links, sites and changes with as little in them as Jira takes.</summary>
internal static class DeliverySamples
{
    public const string Site = "site-1";

    public static readonly DateTimeOffset Start = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    public static Installation Installation(string secret = "s3cret", string site = Site) => new()
    {
        ClientKey = site,
        BaseUrl = new Uri($"https://{site}.jira.test"),
        CloudId = "cloud-1",
        State = InstallationState.Installed,
        Epoch = 1,
        GitLabHost = new Uri("https://gitlab.test"),
        SharedSecret = secret,
    };

    public static Link Link(int number = 1, string site = Site) => new()
    {
        Id = new Guid(number, 0, 0, new byte[8]),
        ClientKey = site,
        InstallationEpoch = 1,
        Host = new Uri("https://gitlab.test"),
        GroupId = number,
        GroupPath = "kettle",
        Epoch = 1,
        State = LinkState.Active,
        LinkedByAccountId = "account",
        CreatedAt = Start,
    };

    public static EntityRef Entity(string id, EntityKind kind = EntityKind.MergeRequest, Link? link = null, long project = 42) =>
        new(link ?? Link(), project, kind, id, $"name-{id}");

    public static EntityChange Upsert(EntityRef entity, long sequence, string content, string keys = "TEA-1", bool mayFire = true) => new()
    {
        Entity = entity,
        Sequence = sequence,
        Body = JsonSerializer.SerializeToElement(new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["id"] = entity.EntityId,
            ["title"] = content,
            ["issueKeys"] = keys.Split(' '),
        }),
        Repository = ApiFamilies.Of(entity.Kind) is ApiFamily.DevInfo ? new RepositoryHead(entity.ProjectId.ToString(CultureInfo.InvariantCulture), "Tea Robot", "https://gitlab.test/kettle/tea-robot", null, null) : null,
        Keys = keys.Split(' '),
        FromRead = true,
        MayFireAutomation = mayFire,
        Cause = "test",
    };

    public static EntityChange Deletion(EntityRef entity, long sequence) => new()
    {
        Entity = entity,
        Sequence = sequence,
        FromRead = true,
        MayFireAutomation = false,
        Cause = "test",
    };
}
