using System.Net;
using System.Text.Json;
using GitLabJira.Sandbox.Jira.Traffic;

namespace GitLabJira.Sandbox.Jira.Apps;

/// <summary>Fetches an app's descriptor and refuses what Jira's install page would refuse.</summary>
internal sealed class DescriptorReader(Violations violations, SiteClock clock, HttpClient http)
{
    public async Task<AppDescriptor> ReadAsync(Uri url, CancellationToken cancellationToken)
    {
        using var work = await clock.BeginWorkAsync("descriptor", cancellationToken);
        try
        {
            using var response = await http.GetAsync(url, cancellationToken);
            if (response.StatusCode is not HttpStatusCode.OK)
            {
                throw new AppInstallException($"The descriptor could not be read: the app answered {(int)response.StatusCode}.", []);
            }

            var root = JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
            var findings = DescriptorCheck.Check(root);
            foreach (var field in findings.Unknown)
            {
                violations.Add(ViolationKind.UnknownField, $"descriptor: {field}");
            }

            return findings.Clean ? new(root) : throw new AppInstallException($"The descriptor is not valid. {string.Join(' ', findings.Errors)}", [.. findings.Errors]);
        }
        catch (HttpRequestException)
        {
            throw new AppInstallException("The descriptor could not be read: there is no answer at this address.", []);
        }
        catch (JsonException)
        {
            throw new AppInstallException("The descriptor is not valid JSON.", []);
        }
    }
}
