using System.Text.Json.Nodes;

namespace GitLabJira.Sandbox.GitLab.Rest;

/// <summary>Ends a request with an error answer, in GitLab's two shapes: <c>message</c> from its own code, <c>error</c> from the layers below.</summary>
internal sealed class ApiException(int status, JsonObject body, string? location = null) : Exception
{
    public int Status { get; } = status;

    public JsonObject Body { get; } = body;

    public string? Location { get; } = location;

    public static ApiException NotFound(string? what = null) => Saying(404, what is null ? "404 Not found" : $"404 {what} Not Found");

    public static ApiException Forbidden() => Saying(403, "403 Forbidden");

    public static ApiException Unauthorized() => Saying(401, "401 Unauthorized");

    public static ApiException Invalid(string error) => new(400, new JsonObject { ["error"] = error });

    public static ApiException Unprocessable(string error) => new(422, new JsonObject { ["error"] = error });

    public static ApiException Saying(int status, string message) => new(status, new JsonObject { ["message"] = message });
}
