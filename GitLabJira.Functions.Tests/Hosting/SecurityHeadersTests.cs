using GitLabJira.Functions.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace GitLabJira.Functions.Tests.Hosting;

[TestClass]
public sealed class SecurityHeadersTests
{
    [TestMethod]
    public async Task Puts_what_scanners_look_for_on_every_answer()
    {
        var headers = await AnswerAsync(_ => Task.CompletedTask);

        Assert.AreEqual<string?>("no-cache, no-store", headers.CacheControl);
        Assert.AreEqual<string?>("no-referrer", headers["Referrer-Policy"]);
        Assert.AreEqual<string?>("max-age=31536000; includeSubDomains", headers.StrictTransportSecurity);
        Assert.AreEqual<string?>("nosniff", headers.XContentTypeOptions);
        StringAssert.StartsWith(headers.ContentSecurityPolicy.ToString(), "default-src 'none'; frame-ancestors 'none'", StringComparison.Ordinal);
        Assert.IsFalse(headers.ContainsKey("X-Frame-Options"));
    }

    [TestMethod]
    public async Task Lets_a_page_set_its_own_policy()
    {
        var headers = await AnswerAsync(context =>
        {
            context.Response.Headers.ContentSecurityPolicy = "default-src 'self'";
            return Task.CompletedTask;
        });

        Assert.AreEqual<string?>("default-src 'self'", headers.ContentSecurityPolicy);
        Assert.AreEqual<string?>("nosniff", headers.XContentTypeOptions);
    }

    private static async Task<IHeaderDictionary> AnswerAsync(RequestDelegate function)
    {
        var builder = new ApplicationBuilder(new ServiceCollection().BuildServiceProvider());
        new SecurityHeaders().Configure(app => app.Run(function))(builder);
        var context = new DefaultHttpContext();

        await builder.Build()(context);

        return context.Response.Headers;
    }
}
