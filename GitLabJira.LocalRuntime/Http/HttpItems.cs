namespace GitLabJira.LocalRuntime.Http;

/// <summary>Keys of <c>FunctionContext.Items</c>; the name is the one that the real worker uses.</summary>
internal static class HttpItems
{
    public const string HttpContext = "HttpRequestContext";
}
