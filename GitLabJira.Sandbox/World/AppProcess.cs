using System.Collections.Concurrent;
using System.Diagnostics;

namespace GitLabJira.Sandbox.World;

/// <summary>One process of the app, run as in production but on the embedded host. Killing it is SIGKILL: nothing is tidied up.</summary>
public sealed class AppProcess : IAsyncDisposable
{
    private const string ListeningOn = "Now listening on: ";
    private const int KeptLines = 2_000;
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private AppProcess(string name, string project, IReadOnlyDictionary<string, string> settings)
    {
        Name = name;
        var assembly = AppAssembly(project);
        var start = new ProcessStartInfo("dotnet", [assembly])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // The app finds host.json and its web files beside its assembly, as a deployed one does.
            WorkingDirectory = Path.GetDirectoryName(assembly)!,
        };

        // Several short-lived processes on one machine: profiling code and a heap for each core cost them more than they bring.
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_gcServer"] = "0";

        foreach (var (key, value) in settings)
        {
            start.Environment[key] = value;
        }

        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.Exited += (_, _) => _listening.TrySetException(new InvalidOperationException($"{name} ended before it listened:\n{Output}"));
    }

    public string Name { get; }

    /// <summary>Where the process listens.</summary>
    public Uri Address { get; private set; } = null!;

    public bool HasExited => _process.HasExited;

    /// <summary>How much memory the process holds.</summary>
    public long WorkingSet
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>The last lines that the process printed.</summary>
    public string Output => string.Join('\n', _lines);

    /// <summary>Starts a process and waits until it listens.</summary>
    /// <param name="project">The project whose build is the app.</param>
    /// <exception cref="InvalidOperationException">The app is not built, or ended at once; the message holds what it printed.</exception>
    public static async Task<AppProcess> StartAsync(string name, string project, IReadOnlyDictionary<string, string> settings, CancellationToken cancellationToken)
    {
        var app = new AppProcess(name, project, settings);
        app._process.Start();
        app._process.BeginOutputReadLine();
        app._process.BeginErrorReadLine();

        try
        {
            app.Address = await app._listening.Task.WaitAsync(TimeSpan.FromSeconds(60), cancellationToken);
            return app;
        }
        catch (TimeoutException exception)
        {
            await app.DisposeAsync();
            throw new InvalidOperationException($"{name} did not listen within a minute:\n{app.Output}", exception);
        }
    }

    public void Kill()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }
    }

    public ValueTask DisposeAsync()
    {
        Kill();
        _process.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>The app is built beside the Sandbox: <c>bin/{project}/{configuration}/</c> in the artifacts folder.</summary>
    private static string AppAssembly(string project)
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var path = Path.Combine(own.Parent!.Parent!.FullName, project, own.Name, $"{project}.dll");
        return File.Exists(path) ? path : throw new InvalidOperationException($"The app is not built: {path} is missing.");
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            return;
        }

        _lines.Enqueue(line);

        if (_lines.Count > KeptLines)
        {
            _lines.TryDequeue(out _);
        }

        var at = line.IndexOf(ListeningOn, StringComparison.Ordinal);

        if (at >= 0 && Uri.TryCreate(line[(at + ListeningOn.Length)..].Trim(), UriKind.Absolute, out var address))
        {
            _listening.TrySetResult(address);
        }
    }
}
