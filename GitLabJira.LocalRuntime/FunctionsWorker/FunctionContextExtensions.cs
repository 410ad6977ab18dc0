using GitLabJira.LocalRuntime.Http;
using Microsoft.AspNetCore.Http;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>The request behind an invocation.</summary>
public static class FunctionContextExtensions
{
    /// <returns>Null outside an HTTP trigger.</returns>
    public static HttpContext? GetHttpContext(this FunctionContext context) =>
        context.Items.TryGetValue(HttpItems.HttpContext, out var value) ? value as HttpContext : null;
}
