using System.Security.Cryptography;
using Azure;
using Azure.Core.Cryptography;
using Azure.Security.KeyVault.Keys;
using Azure.Security.KeyVault.Keys.Cryptography;

namespace GitLabJira.LocalRuntime.Tests.KeyVault;

[TestClass]
public sealed class CryptographyClientTests(TestContext test) : IDisposable
{
    private static readonly byte[] DataKey = RandomNumberGenerator.GetBytes(32);

    private readonly StandInCredential _credential = new();
    private StandInVault _vault = Vault("default");

    public void Dispose() => _vault.Dispose();

    [TestMethod]
    public async Task Wraps_with_the_public_key_that_it_asks_for_once()
    {
        var client = _vault.Client(_credential);

        var first = await client.WrapKeyAsync(KeyWrapAlgorithm.RsaOaep256, DataKey, test.CancellationToken);
        var second = await client.WrapKeyAsync(KeyWrapAlgorithm.RsaOaep256, DataKey, test.CancellationToken);

        CollectionAssert.AreEqual(DataKey, _vault.Decrypt(first.EncryptedKey));
        CollectionAssert.AreNotEqual(first.EncryptedKey, second.EncryptedKey);
        Assert.AreEqual($"{_vault.KeyId}/{_vault.Version}", first.KeyId);
        Assert.AreEqual(KeyWrapAlgorithm.RsaOaep256, first.Algorithm);
        CollectionAssert.AreEqual(new[] { "GET /keys/seal", "GET /keys/seal token" }, _vault.Requests);
    }

    [TestMethod]
    public async Task Unwraps_in_the_vault()
    {
        var client = _vault.Client(_credential);
        var wrapped = await client.WrapKeyAsync(KeyWrapAlgorithm.RsaOaep256, DataKey, test.CancellationToken);

        var unwrapped = await client.UnwrapKeyAsync(KeyWrapAlgorithm.RsaOaep256, wrapped.EncryptedKey, test.CancellationToken);

        CollectionAssert.AreEqual(DataKey, unwrapped.Key);
        Assert.AreEqual("POST /keys/seal/unwrapKey token body", _vault.Requests[^1]);
    }

    [TestMethod]
    public void Does_the_same_synchronously()
    {
        var client = _vault.Client(_credential);

        var wrapped = client.WrapKey(KeyWrapAlgorithm.RsaOaep256, DataKey, test.CancellationToken);
        var unwrapped = client.UnwrapKey(KeyWrapAlgorithm.RsaOaep256, wrapped.EncryptedKey, test.CancellationToken);

        CollectionAssert.AreEqual(DataKey, unwrapped.Key);
    }

    [TestMethod]
    public async Task Lets_the_vault_wrap_when_it_does_not_show_the_key()
    {
        _vault = new() { KeyId = KeyIn("hidden"), ShowsKey = false };
        var client = _vault.Client(_credential);

        var wrapped = await client.WrapKeyAsync(KeyWrapAlgorithm.RsaOaep256, DataKey, test.CancellationToken);

        CollectionAssert.AreEqual(DataKey, _vault.Decrypt(wrapped.EncryptedKey));
        Assert.AreEqual($"{_vault.KeyId}/{_vault.Version}", wrapped.KeyId);
        CollectionAssert.AreEqual(new[] { "GET /keys/seal", "GET /keys/seal token", "POST /keys/seal/wrapKey token body" }, _vault.Requests);
    }

    [TestMethod]
    public async Task Sends_no_key_before_the_vault_has_named_its_resource()
    {
        _vault = new() { KeyId = KeyIn("open"), ShowsKey = false, IsOpen = true };

        await WrappedAsync(_vault.Client(_credential));

        CollectionAssert.AreEqual(new[] { "GET /keys/seal", "POST /keys/seal/wrapKey", "POST /keys/seal/wrapKey token body" }, _vault.Requests);
    }

    [TestMethod]
    public async Task Asks_for_a_token_of_the_challenged_resource_and_tenant()
    {
        var client = _vault.Client(_credential);

        await client.WrapKeyAsync(KeyWrapAlgorithm.RsaOaep256, DataKey, test.CancellationToken);

        var asked = _credential.Asked.Single();
        CollectionAssert.AreEqual(new[] { "https://vault.azure.net/.default" }, asked.Scopes);
        Assert.AreEqual("the-tenant", asked.TenantId);
    }

    [TestMethod]
    public async Task Draws_no_token_for_a_resource_outside_the_vaults_domain()
    {
        _vault = new() { KeyId = KeyIn("phish"), Resource = "https://management.example.com" };
        var client = _vault.Client(_credential);

        var refused = await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => client.WrapKeyAsync(KeyWrapAlgorithm.RsaOaep256, DataKey, test.CancellationToken));

        StringAssert.Contains(refused.Message, "does not match the requested domain", StringComparison.Ordinal);
        Assert.IsEmpty(_credential.Asked);
    }

    [TestMethod]
    public async Task Draws_it_when_that_check_is_off()
    {
        _vault = new() { KeyId = KeyIn("trusting"), Resource = "https://vault.example.com" };
        var client = _vault.Client(_credential, new() { DisableChallengeResourceVerification = true });

        await client.WrapKeyAsync(KeyWrapAlgorithm.RsaOaep256, DataKey, test.CancellationToken);

        CollectionAssert.AreEqual(new[] { "https://vault.example.com/.default" }, _credential.Asked.Single().Scopes);
    }

    [TestMethod]
    public async Task Speaks_the_version_that_the_options_name()
    {
        _vault = new() { KeyId = KeyIn("older"), ApiVersion = "7.4" };
        var options = new CryptographyClientOptions(CryptographyClientOptions.ServiceVersion.V7_4);

        await _vault.Client(_credential, options).WrapKeyAsync(KeyWrapAlgorithm.RsaOaep256, DataKey, test.CancellationToken);
        var refused = await Assert.ThrowsExactlyAsync<RequestFailedException>(
            () => _vault.Client(_credential).WrapKeyAsync(KeyWrapAlgorithm.RsaOaep256, DataKey, test.CancellationToken));

        Assert.AreEqual(400, refused.Status);
        Assert.AreEqual("UnsupportedApiVersion", refused.ErrorCode);
    }

    [TestMethod]
    public async Task Reports_what_the_vault_says_of_a_damaged_key()
    {
        var client = _vault.Client(_credential);
        var wrapped = await WrappedAsync(client);
        wrapped[7] ^= 1;

        var refused = await Assert.ThrowsExactlyAsync<RequestFailedException>(() => client.UnwrapKeyAsync(KeyWrapAlgorithm.RsaOaep256, wrapped, test.CancellationToken));

        Assert.AreEqual(400, refused.Status);
        Assert.AreEqual("BadParameter", refused.ErrorCode);
    }

    [TestMethod]
    public async Task Wraps_nothing_with_a_key_that_has_expired()
    {
        _vault = new() { KeyId = KeyIn("expired"), Expires = DateTimeOffset.UnixEpoch };

        await Assert.ThrowsExactlyAsync<InvalidOperationException>(
            () => _vault.Client(_credential).WrapKeyAsync(KeyWrapAlgorithm.RsaOaep256, DataKey, test.CancellationToken));
    }

    [TestMethod]
    public async Task Serves_clients_of_Azure_that_know_only_the_interface()
    {
        IKeyEncryptionKey key = _vault.Client(_credential);

        var wrapped = await key.WrapKeyAsync("RSA-OAEP-256", DataKey, test.CancellationToken);

        CollectionAssert.AreEqual(DataKey, await key.UnwrapKeyAsync("RSA-OAEP-256", wrapped, test.CancellationToken));
        Assert.AreEqual(_vault.KeyId.ToString(), key.KeyId);
    }

    [TestMethod]
    public async Task Works_without_a_vault_on_a_local_key()
    {
        using var rsa = StandInVault.NewKey();
        var client = new CryptographyClient(new JsonWebKey(rsa, includePrivateParameters: true));

        var wrapped = await client.WrapKeyAsync(KeyWrapAlgorithm.RsaOaep256, DataKey, test.CancellationToken);
        var unwrapped = await client.UnwrapKeyAsync(KeyWrapAlgorithm.RsaOaep256, wrapped.EncryptedKey, test.CancellationToken);

        CollectionAssert.AreEqual(DataKey, unwrapped.Key);
    }

    [TestMethod]
    public void Refuses_on_a_local_key_what_that_key_may_not_do()
    {
        using var rsa = StandInVault.NewKey();
        var client = new CryptographyClient(new JsonWebKey(rsa, includePrivateParameters: false));

        var refused = Assert.ThrowsExactly<NotSupportedException>(() => client.UnwrapKey(KeyWrapAlgorithm.RsaOaep256, new byte[256], test.CancellationToken));

        Assert.AreEqual("Operation UnwrapKey not supported with the given key", refused.Message);
    }

    [TestMethod]
    public void Throws_the_cryptographic_error_of_a_local_key()
    {
        using var rsa = StandInVault.NewKey();
        var client = new CryptographyClient(new JsonWebKey(rsa, includePrivateParameters: true));

        Assert.Throws<CryptographicException>(() => client.UnwrapKey(KeyWrapAlgorithm.RsaOaep256, new byte[256], test.CancellationToken));
    }

    [TestMethod]
    public void Refuses_to_send_a_token_without_TLS()
    {
        var client = new CryptographyClient(new Uri("http://example.vault.azure.net/keys/seal"), _credential);

        Assert.ThrowsExactly<InvalidOperationException>(() => client.WrapKey(KeyWrapAlgorithm.RsaOaep256, DataKey, test.CancellationToken));
    }

    private async Task<byte[]> WrappedAsync(CryptographyClient client) =>
        (await client.WrapKeyAsync(KeyWrapAlgorithm.RsaOaep256, DataKey, test.CancellationToken)).EncryptedKey;

    // What a vault's challenge said is known process-wide, so each vault that is counted has its own name.
    private static StandInVault Vault(string name) => new() { KeyId = KeyIn(name) };

    private static Uri KeyIn(string name) => new($"https://{name}-{Guid.NewGuid():N}.vault.azure.net/keys/seal");
}
