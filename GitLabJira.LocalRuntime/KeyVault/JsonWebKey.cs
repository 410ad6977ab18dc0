#nullable disable // like the real package, which is not annotated

using System.Security.Cryptography;

namespace Azure.Security.KeyVault.Keys;

/// <summary>Key material, as RFC 7517 has it.</summary>
public class JsonWebKey
{
    private static readonly KeyOperation[] RsaPublic = [KeyOperation.Encrypt, KeyOperation.Verify, KeyOperation.WrapKey];
    private static readonly KeyOperation[] RsaPrivate = [KeyOperation.Encrypt, KeyOperation.Decrypt, KeyOperation.Sign, KeyOperation.Verify, KeyOperation.WrapKey, KeyOperation.UnwrapKey];
    private static readonly KeyOperation[] EcPublic = [KeyOperation.Verify];
    private static readonly KeyOperation[] EcPrivate = [KeyOperation.Sign, KeyOperation.Verify];
    private static readonly KeyOperation[] Aes = [KeyOperation.Encrypt, KeyOperation.Decrypt, KeyOperation.WrapKey, KeyOperation.UnwrapKey];

    public JsonWebKey(IEnumerable<KeyOperation> keyOps) => KeyOps = [.. keyOps ?? []];

    public JsonWebKey(Aes aesProvider, IEnumerable<KeyOperation> keyOps = null)
        : this(keyOps ?? Aes)
    {
        ArgumentNullException.ThrowIfNull(aesProvider);

        KeyType = KeyType.Oct;
        K = aesProvider.Key;
    }

    public JsonWebKey(ECDsa ecdsa, bool includePrivateParameters = false, IEnumerable<KeyOperation> keyOps = null)
        : this(keyOps ?? (includePrivateParameters ? EcPrivate : EcPublic))
    {
        ArgumentNullException.ThrowIfNull(ecdsa);

        var parameters = ecdsa.ExportParameters(includePrivateParameters);
        KeyType = KeyType.Ec;
        CurveName = JsonWebKeyCurves.Name(parameters.Curve);
        X = parameters.Q.X;
        Y = parameters.Q.Y;
        D = parameters.D;
    }

    public JsonWebKey(RSA rsaProvider, bool includePrivateParameters = false, IEnumerable<KeyOperation> keyOps = null)
        : this(keyOps ?? (includePrivateParameters ? RsaPrivate : RsaPublic))
    {
        ArgumentNullException.ThrowIfNull(rsaProvider);

        var parameters = rsaProvider.ExportParameters(includePrivateParameters);
        KeyType = KeyType.Rsa;
        (N, E, D) = (parameters.Modulus, parameters.Exponent, parameters.D);
        (P, Q) = (parameters.P, parameters.Q);
        (DP, DQ, QI) = (parameters.DP, parameters.DQ, parameters.InverseQ);
    }

    public string Id { get; set; }

    public KeyType KeyType { get; set; }

    public IReadOnlyCollection<KeyOperation> KeyOps { get; }

    public KeyCurveName? CurveName { get; set; }

    public byte[] N { get; set; }

    public byte[] E { get; set; }

    public byte[] D { get; set; }

    public byte[] P { get; set; }

    public byte[] Q { get; set; }

    public byte[] DP { get; set; }

    public byte[] DQ { get; set; }

    public byte[] QI { get; set; }

    public byte[] K { get; set; }

    public byte[] T { get; set; }

    public byte[] X { get; set; }

    public byte[] Y { get; set; }

    public Aes ToAes()
    {
        if (KeyType != KeyType.Oct && KeyType != KeyType.OctHsm)
        {
            throw new InvalidOperationException($"The key is not an {nameof(KeyType.Oct)} key.");
        }

        var aes = System.Security.Cryptography.Aes.Create();
        aes.Key = K;
        return aes;
    }

    public ECDsa ToECDsa(bool includePrivateParameters = false)
    {
        if (KeyType != KeyType.Ec && KeyType != KeyType.EcHsm)
        {
            throw new InvalidOperationException($"The key is not an {nameof(KeyType.Ec)} key.");
        }

        return ECDsa.Create(new ECParameters
        {
            Curve = JsonWebKeyCurves.Curve(CurveName ?? throw new InvalidOperationException("The key names no curve.")),
            Q = new ECPoint { X = X, Y = Y },
            D = includePrivateParameters ? D : null,
        });
    }

    public RSA ToRSA(bool includePrivateParameters = false)
    {
        if (KeyType != KeyType.Rsa && KeyType != KeyType.RsaHsm)
        {
            throw new InvalidOperationException($"The key is not an {nameof(KeyType.Rsa)} key.");
        }

        return RSA.Create(includePrivateParameters
            ? new RSAParameters { Modulus = N, Exponent = E, D = D, P = P, Q = Q, DP = DP, DQ = DQ, InverseQ = QI }
            : new RSAParameters { Modulus = N, Exponent = E });
    }
}
