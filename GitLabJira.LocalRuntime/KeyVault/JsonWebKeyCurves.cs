using System.Security.Cryptography;

namespace Azure.Security.KeyVault.Keys;

/// <summary>The curves by the names that Key Vault gives them.</summary>
internal static class JsonWebKeyCurves
{
    private static readonly (KeyCurveName Name, string Oid)[] Known =
    [
        (KeyCurveName.P256, "1.2.840.10045.3.1.7"),
        (KeyCurveName.P256K, "1.3.132.0.10"),
        (KeyCurveName.P384, "1.3.132.0.34"),
        (KeyCurveName.P521, "1.3.132.0.35"),
    ];

    public static KeyCurveName Name(ECCurve curve)
    {
        var oid = curve.Oid?.Value ?? Oid.FromFriendlyName(curve.Oid?.FriendlyName ?? string.Empty, OidGroup.PublicKeyAlgorithm).Value;
        return Array.Find(Known, k => string.Equals(k.Oid, oid, StringComparison.Ordinal)) is { Oid: not null } known ? known.Name : throw new NotSupportedException("The curve is not supported.");
    }

    public static ECCurve Curve(KeyCurveName name) =>
        Array.Find(Known, k => k.Name == name) is { Oid: { } oid } ? ECCurve.CreateFromValue(oid) : throw new NotSupportedException("The curve is not supported.");
}
