using System.Security.Cryptography;
using Azure.Security.KeyVault.Keys;
using Azure.Security.KeyVault.Keys.Cryptography;
using GitLabJira.Functions.Sealing;
using Microsoft.Extensions.Options;

namespace GitLabJira.Functions.Tests.Sealing;

[TestClass]
public sealed class KeyVaultKeyWrapperTests(TestContext test) : IDisposable
{
    private const string Key = "https://vault.test/keys/wrapping";

    private readonly RSA _rsa = RSA.Create(2048);
    private readonly List<string> _asked = [];
    private string _newest = Key + "/1";

    public void Dispose() => _rsa.Dispose();

    [TestMethod]
    public async Task Wraps_with_the_newest_version_and_unwraps_with_the_one_that_wrapped()
    {
        var wrapper = Wrapper();
        var dataKey = RandomNumberGenerator.GetBytes(32);

        var wrapped = await wrapper.WrapAsync(dataKey, test.CancellationToken);
        _newest = Key + "/2";
        var rotated = await wrapper.WrapAsync(dataKey, test.CancellationToken);
        var unwrapped = await wrapper.UnwrapAsync(wrapped, test.CancellationToken);

        CollectionAssert.AreEqual(dataKey, unwrapped);
        Assert.AreEqual(Key + "/1", wrapped.KeyId);
        Assert.AreEqual(Key + "/2", rotated.KeyId);
        Assert.AreEqual($"{Key} {Key} {Key}/1", string.Join(' ', _asked));
    }

    [TestMethod]
    [DataRow("https://evil.test/keys/wrapping/1")]
    [DataRow("http://vault.test/keys/wrapping/1")]
    [DataRow("https://vault.test:8443/keys/wrapping/1")]
    [DataRow("https://vault.test@evil.test/keys/wrapping/1")]
    [DataRow("local")]
    [DataRow("")]
    public async Task Never_presents_itself_to_another_server(string keyId)
    {
        await Assert.ThrowsExactlyAsync<CryptographicException>(() => Wrapper().UnwrapAsync(new WrappedKey(keyId, new byte[256]), test.CancellationToken));

        Assert.IsEmpty(_asked);
    }

    [TestMethod]
    public async Task Detects_an_altered_key()
    {
        var wrapped = await Wrapper().WrapAsync(new byte[32], test.CancellationToken);
        wrapped.Value[7] ^= 1;

        await Assert.ThrowsAsync<CryptographicException>(() => Wrapper().UnwrapAsync(wrapped, test.CancellationToken));
    }

    private KeyVaultKeyWrapper Wrapper() => new(
        Options.Create(new SealingOptions { KeyVaultKeyId = new Uri(Key) }),
        keyId =>
        {
            // The client's own arithmetic on a key of ours; the vault's side is tested with the client.
            _asked.Add(keyId.AbsoluteUri);
            return new CryptographyClient(new JsonWebKey(_rsa, includePrivateParameters: true) { Id = keyId.AbsoluteUri == Key ? _newest : keyId.AbsoluteUri });
        });
}
