using System.Security.Cryptography;
using GitLabJira.Functions.Sealing;
using Microsoft.Extensions.Options;

namespace GitLabJira.Functions.Tests.Sealing;

[TestClass]
public sealed class LocalFileKeyWrapperTests(TestContext test) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gitlabjira").FullName;

    private string KeyFile => Path.Combine(_folder, "below", "sealing.key.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public async Task Unwraps_in_another_process_what_it_wrapped()
    {
        var dataKey = RandomNumberGenerator.GetBytes(32);

        var wrapped = await Wrapper().WrapAsync(dataKey, test.CancellationToken);
        var unwrapped = await Wrapper().UnwrapAsync(wrapped, test.CancellationToken);

        CollectionAssert.AreEqual(dataKey, unwrapped);
        Assert.IsLessThan(0, wrapped.Value.AsSpan().IndexOf(dataKey));
    }

    [TestMethod]
    public async Task Detects_each_altered_byte_of_a_wrapped_key()
    {
        var wrapped = await Wrapper().WrapAsync(RandomNumberGenerator.GetBytes(32), test.CancellationToken);

        for (var i = 0; i < wrapped.Value.Length; i++)
        {
            var altered = wrapped.Value.ToArray();
            altered[i] ^= 0x40;
            await Assert.ThrowsAsync<CryptographicException>(() => Wrapper().UnwrapAsync(wrapped with { Value = altered }, test.CancellationToken));
        }
    }

    [TestMethod]
    public async Task Refuses_what_another_key_wrapped()
    {
        var wrapped = await Wrapper().WrapAsync(new byte[32], test.CancellationToken);
        File.Delete(KeyFile);

        await Assert.ThrowsExactlyAsync<CryptographicException>(() => Wrapper().UnwrapAsync(wrapped, test.CancellationToken));
    }

    [TestMethod]
    public async Task Makes_a_file_that_only_its_owner_can_read()
    {
        await Wrapper().WrapAsync(new byte[32], test.CancellationToken);

        if (!OperatingSystem.IsWindows())
        {
            Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyFile));
            Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(KeyFile)!));
        }

        Assert.HasCount(1, Directory.GetFiles(Path.GetDirectoryName(KeyFile)!));
    }

    [TestMethod]
    public async Task Refuses_a_file_that_others_can_read()
    {
        if (OperatingSystem.IsWindows())
        {
            // There the profile's folder keeps others out.
            return;
        }

        await Wrapper().WrapAsync(new byte[32], test.CancellationToken);
        File.SetUnixFileMode(KeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);

        var refusal = await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => Wrapper().WrapAsync(new byte[32], test.CancellationToken));

        StringAssert.Contains(refusal.Message, "Sealing:LocalKeyFile", StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("no json with a secret")]
    [DataRow("""{"id":"a","key":"c2hvcnQ="}""")]
    [DataRow("""{"id":"","key":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}""")]
    public async Task Says_which_file_holds_no_key_and_nothing_of_what_it_holds(string content)
    {
        await Wrapper().WrapAsync(new byte[32], test.CancellationToken);
        await File.WriteAllTextAsync(KeyFile, content, test.CancellationToken);

        var refusal = await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => Wrapper().WrapAsync(new byte[32], test.CancellationToken));

        StringAssert.Contains(refusal.Message, KeyFile, StringComparison.Ordinal);
        Assert.IsNull(refusal.InnerException);
        Assert.IsFalse(content.Length > 0 && refusal.Message.Contains(content, StringComparison.Ordinal));
    }

    [TestMethod]
    public async Task Processes_that_start_together_share_one_key()
    {
        // Each round is another chance for two of them to find no file at the same moment.
        for (var round = 0; round < 500; round++)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(KeyFile)!);
            File.Delete(KeyFile);
            var wrapped = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => Wrapper().WrapAsync(new byte[32], test.CancellationToken))));

            Assert.HasCount(1, wrapped.Select(key => key.KeyId).Distinct(StringComparer.Ordinal));
            Assert.HasCount(1, Directory.GetFiles(Path.GetDirectoryName(KeyFile)!));
        }
    }

    private LocalFileKeyWrapper Wrapper() => new(Options.Create(new SealingOptions { LocalKeyFile = KeyFile }));
}
