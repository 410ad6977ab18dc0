using Azure.Security.KeyVault.Keys;

namespace GitLabJira.LocalRuntime.Tests.KeyVault;

[TestClass]
public sealed class KeyVaultKeyIdentifierTests
{
    [TestMethod]
    [DataRow("https://v.vault.azure.net/keys/seal/0123", "seal", "0123")]
    [DataRow("https://v.vault.azure.net/keys/seal", "seal", null)]
    [DataRow("https://v.vault.azure.net/keys/seal/", "seal", null)]
    public void Takes_a_key_address_apart(string id, string name, string? version)
    {
        var identifier = new KeyVaultKeyIdentifier(new Uri(id));

        Assert.AreEqual(new Uri("https://v.vault.azure.net"), identifier.VaultUri);
        Assert.AreEqual(name, identifier.Name);
        Assert.AreEqual(version, identifier.Version);
    }

    [TestMethod]
    [DataRow("https://v.vault.azure.net/secrets/seal")]
    [DataRow("https://v.vault.azure.net/keys")]
    [DataRow("https://v.vault.azure.net/keys/a/b/c")]
    public void Knows_what_is_no_key_address(string id) =>
        Assert.IsFalse(KeyVaultKeyIdentifier.TryCreate(new Uri(id), out _));
}
