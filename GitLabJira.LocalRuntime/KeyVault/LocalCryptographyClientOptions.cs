using Azure.Core;

namespace Azure.Security.KeyVault.Keys.Cryptography;

/// <summary>Options of a client that never asks a vault.</summary>
public class LocalCryptographyClientOptions : ClientOptions;
