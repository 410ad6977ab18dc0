using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace GitLabJira.Sandbox.Jira.Rest;

/// <summary>The properties in the query of <c>bulkByProperties</c> and <c>existsByProperties</c>: at least one, each with one value, all of which must match.</summary>
internal sealed record PropertyQuery(IReadOnlyDictionary<string, string> Properties, long? UpToSequence)
{
    public static PropertyQuery? Read(IQueryCollection query)
    {
        var properties = new Dictionary<string, string>(StringComparer.Ordinal);
        long? sequence = null;
        foreach (var (name, values) in query)
        {
            if (values.Count != 1)
            {
                return null;
            }

            if (name is "_updateSequenceId" or "_updateSequenceNumber")
            {
                if (!long.TryParse(values[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
                {
                    return null;
                }

                sequence = number;
            }
            else
            {
                properties[name] = values[0] ?? "";
            }
        }

        return properties.Count == 0 ? null : new(properties, sequence);
    }
}
