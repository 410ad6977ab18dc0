using Azure.Core;

namespace Azure.Security.KeyVault.Keys.Cryptography;

/// <summary>Options of a client that asks a vault.</summary>
public class CryptographyClientOptions : ClientOptions
{
    public CryptographyClientOptions(ServiceVersion version = ServiceVersion.V7_6_Preview_2) => Version = version;

    public enum ServiceVersion
    {
        V7_0 = 0,
        V7_1 = 1,
        V7_2 = 2,
        V7_3 = 3,
        V7_4 = 4,
        V7_5 = 5,
        V7_6_Preview_2 = 6,
    }

    public ServiceVersion Version { get; }

    /// <summary>Lets a vault name a token audience outside its own domain. Tokens could then be drawn for somebody else's: leave it off.</summary>
    public bool DisableChallengeResourceVerification { get; set; }

    internal string ApiVersion => Version switch
    {
        ServiceVersion.V7_0 => "7.0",
        ServiceVersion.V7_1 => "7.1",
        ServiceVersion.V7_2 => "7.2",
        ServiceVersion.V7_3 => "7.3",
        ServiceVersion.V7_4 => "7.4",
        ServiceVersion.V7_5 => "7.5",
        ServiceVersion.V7_6_Preview_2 => "7.6-preview.2",
        _ => throw new NotSupportedException($"Service version {Version} is not supported."),
    };
}
