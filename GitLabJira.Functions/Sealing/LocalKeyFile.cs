using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace GitLabJira.Functions.Sealing;

/// <summary>The wrapping key of a developer's machine.</summary>
public sealed record LocalKey(string Id, byte[] Key)
{
    public override string ToString() => Id;
}

/// <summary>Reads the key file, or makes it: readable by its owner only, and the same for processes that start together.</summary>
public static class LocalKeyFile
{
    private const int KeyBytes = 32;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others = ~(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

    /// <exception cref="InvalidOperationException">The file holds no key, or others may read it.</exception>
    public static LocalKey ReadOrMake(string path)
    {
        if (!File.Exists(path))
        {
            MakeOnce(Path.GetFullPath(path));
        }

        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != UnixFileMode.None)
        {
            throw new InvalidOperationException($"The key file {path} can be read or written by others. Take their rights away (chmod 600), or name another file in {SealingOptions.Section}:{nameof(SealingOptions.LocalKeyFile)}.");
        }

        try
        {
            if (JsonSerializer.Deserialize(File.ReadAllBytes(path), LocalKeyJson.Default.LocalKey) is { Id.Length: > 0, Key.Length: KeyBytes } key)
            {
                return key;
            }
        }
        catch (JsonException)
        {
            // Said below, without the parser's excerpt of a file full of key.
        }

        throw new InvalidOperationException($"The file {path} ({SealingOptions.Section}:{nameof(SealingOptions.LocalKeyFile)}) holds no key.");
    }

    /// <summary>Of processes that start together one makes the key; moving a file into place does not tell on every system that another was first.</summary>
    private static void MakeOnce(string path)
    {
        var name = "gitlab-jira-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)).AsSpan(0, 16));
        using var first = new Mutex(initiallyOwned: false, name, new NamedWaitHandleOptions { CurrentUserOnly = true, CurrentSessionOnly = false });

        try
        {
            first.WaitOne();
        }
        catch (AbandonedMutexException)
        {
            // Its holder died: it is ours now, and what it left of the file is none.
        }

        try
        {
            if (!File.Exists(path))
            {
                Make(path);
            }
        }
        finally
        {
            first.ReleaseMutex();
        }
    }

    private static void Make(string path)
    {
        var directory = Path.GetDirectoryName(path)!;

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
        }
        else
        {
            Directory.CreateDirectory(directory, OwnerOnly | UnixFileMode.UserExecute);
        }

        // Written aside and moved into place: nobody ever reads half a file.
        var draft = Path.Combine(directory, Path.GetRandomFileName() + ".key.json");
        var file = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };

        if (!OperatingSystem.IsWindows())
        {
            file.UnixCreateMode = OwnerOnly;
        }

        using (var stream = new FileStream(draft, file))
        {
            JsonSerializer.Serialize(stream, new LocalKey(Guid.NewGuid().ToString("N"), RandomNumberGenerator.GetBytes(KeyBytes)), LocalKeyJson.Default.LocalKey);
        }

        File.Move(draft, path);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LocalKey))]
internal sealed partial class LocalKeyJson : JsonSerializerContext;
