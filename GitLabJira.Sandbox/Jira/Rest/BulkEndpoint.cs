using System.Text;
using System.Text.Json;
using GitLabJira.Sandbox.Jira.Checks;
using GitLabJira.Sandbox.Jira.Store;
using GitLabJira.Sandbox.Jira.Traffic;
using Microsoft.AspNetCore.Http;

namespace GitLabJira.Sandbox.Jira.Rest;

/// <summary>Takes a bulk request: checks it, accepts what is sound, and leaves storing for later, as Jira does.</summary>
internal sealed class BulkEndpoint(JiraSite site, ApiFamily family, Func<JsonElement, Submission> read, Func<BulkOutcome, object> answer)
{
    public async Task<IResult> HandleAsync(HttpContext context)
    {
        var request = SiteRequest.Of(context);
        if (!context.Request.HasJsonContentType())
        {
            site.Violations.Add(ViolationKind.MalformedRequest, $"{family.Name}: the content type is not application/json.", request.Number);
            return Results.StatusCode(StatusCodes.Status415UnsupportedMediaType);
        }

        if (await ReadBodyAsync(context) is not { } body)
        {
            return Error(StatusCodes.Status413PayloadTooLarge, ["Data is too large. Submit fewer entities in each payload."]);
        }

        request.Body = Encoding.UTF8.GetString(body);
        var (root, problem) = RequestBody.Read(body);
        var submission = problem is null ? read(root) : Submission.Refused([problem]);
        foreach (var field in submission.UnknownFields.Distinct(StringComparer.Ordinal))
        {
            site.Violations.Add(ViolationKind.UnknownField, $"{family.Name}: {field}", request.Number);
        }

        if (submission.Problems.Count > 0)
        {
            site.Violations.Add(ViolationKind.MalformedRequest, $"{family.Name}: {string.Join(' ', submission.Problems.Take(5))}", request.Number);
            return Error(StatusCodes.Status400BadRequest, submission.Problems);
        }

        var outcome = BulkOutcome.Of(submission, site.Issues);
        foreach (var (entity, errors) in outcome.Failed.Where(f => !f.Entity.Findings.Clean))
        {
            site.Violations.Add(ViolationKind.RejectedEntity, $"{entity.Key}: {string.Join(' ', errors)}", request.Number);
        }

        if (submission is { Backfill: true, PreventTransitions: false })
        {
            site.Violations.Add(ViolationKind.BackfillWithTransitions, "A BACKFILL request lets smart commits and transitions run.", request.Number);
        }

        request.Post = new(family.Name, submission.Backfill, submission.PreventTransitions, submission.Properties, [.. outcome.Accepted.Select(a => a.Key)], [.. outcome.Failed.Select(f => f.Entity.Key)], outcome.UnknownIssueKeys);
        site.Links.Watch(submission.Properties, outcome.Accepted, request.Number);
        site.State.Accept(outcome.Accepted.Select(e => new Upsert(
            new(e.Key, e.Sequence, outcome.KnownIssuesOf(e), EntityData.ToStore(e.Key.Kind, e.Data), submission.Properties, request.Number),
            submission.PreventTransitions)));
        return Results.Json(answer(outcome), statusCode: StatusCodes.Status202Accepted);
    }

    private IResult Error(int status, IEnumerable<string> messages) => Results.Json(family.ErrorBody(messages), statusCode: status);

    private async Task<byte[]?> ReadBodyAsync(HttpContext context)
    {
        var limit = site.Options.MaxBodyBytes;
        if (context.Request.ContentLength > limit)
        {
            return null;
        }

        using var body = new MemoryStream();
        var chunk = new byte[64 * 1024];
        int count;
        while ((count = await context.Request.Body.ReadAsync(chunk, context.RequestAborted)) > 0)
        {
            await body.WriteAsync(chunk.AsMemory(0, count), context.RequestAborted);
            if (body.Length > limit)
            {
                return null;
            }
        }

        return body.ToArray();
    }
}
