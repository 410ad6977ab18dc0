using GitLabJira.LocalRuntime.Tests.Durable;
using Microsoft.Testing.Platform.Builder;

namespace GitLabJira.LocalRuntime.Tests;

/// <summary>Runs the tests, or is the process that a test starts and kills.</summary>
public static class Program
{
    public static async Task<int> Main(string[] args)
    {
        if (args is [AppProcess.Argument])
        {
            return await AppProcess.RunAsync();
        }

        var builder = await TestApplication.CreateBuilderAsync(args);
        SelfRegisteredExtensions.AddSelfRegisteredExtensions(builder, args);
        using var tests = await builder.BuildAsync();
        return await tests.RunAsync();
    }
}
