using System.Diagnostics;

namespace GitLabJira.Functions.Tests.Flavours;

/// <summary>The repository that these tests were built from, and the SDK to ask about it.</summary>
internal static class DotNet
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    /// <returns>The exit code, and what was written to both outputs.</returns>
    public static async Task<(int Exit, string Output)> RunAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", arguments)
            {
                WorkingDirectory = Root,
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["DOTNET_CLI_UI_LANGUAGE"] = "en", ["DOTNET_NOLOGO"] = "1", ["MSBUILDDISABLENODEREUSE"] = "1" },
            },
        };

        // Of the build that runs this test, if one does: it must not decide here.
        process.StartInfo.Environment.Remove("FunctionsRuntime");
        process.Start();
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode, await output + await error);
    }

    private static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "GitLabJira.slnx")) ? folder
        : Find(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("These tests do not run below the repository."));
}
