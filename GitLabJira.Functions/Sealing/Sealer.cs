using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace GitLabJira.Functions.Sealing;

/// <inheritdoc cref="ISealer"/>
/// <remarks>A sealed value is: format (1 byte), data key id (4), nonce (12), ciphertext, tag (16). Format, key id and place are authenticated with it.</remarks>
public sealed class Sealer(DataKeys keys) : ISealer
{
    private const byte Format = 1;
    private const int HeadBytes = 1 + sizeof(uint);
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    public async Task<byte[]> SealAsync(ReadOnlyMemory<byte> plaintext, SealContext context, CancellationToken cancellationToken)
    {
        var (id, key) = await keys.CurrentAsync(cancellationToken);
        var value = new byte[HeadBytes + NonceBytes + plaintext.Length + TagBytes];

        value[0] = Format;
        BinaryPrimitives.WriteUInt32BigEndian(value.AsSpan(1), id);

        var nonce = value.AsSpan(HeadBytes, NonceBytes);
        RandomNumberGenerator.Fill(nonce);

        using var aes = new AesGcm(key, TagBytes);
        aes.Encrypt(nonce, plaintext.Span, value.AsSpan(HeadBytes + NonceBytes, plaintext.Length), value.AsSpan(^TagBytes..), Place(value.AsSpan(0, HeadBytes), context));
        return value;
    }

    public async Task<byte[]> OpenAsync(ReadOnlyMemory<byte> sealedValue, SealContext context, CancellationToken cancellationToken)
    {
        if (sealedValue.Length < HeadBytes + NonceBytes + TagBytes || sealedValue.Span[0] != Format)
        {
            throw new CryptographicException("Not a sealed value.");
        }

        var id = BinaryPrimitives.ReadUInt32BigEndian(sealedValue.Span[1..]);
        var key = await keys.FindAsync(id, cancellationToken) ?? throw new CryptographicException("Sealed with an unknown key.");
        var plaintext = new byte[sealedValue.Length - HeadBytes - NonceBytes - TagBytes];
        var value = sealedValue.Span;

        using var aes = new AesGcm(key, TagBytes);
        aes.Decrypt(value.Slice(HeadBytes, NonceBytes), value[(HeadBytes + NonceBytes)..^TagBytes], value[^TagBytes..], plaintext, Place(value[..HeadBytes], context));
        return plaintext;
    }

    // Lengths before texts: "ab" + "c" is another place than "a" + "bc".
    private static byte[] Place(ReadOnlySpan<byte> head, SealContext context)
    {
        var place = new List<byte>([.. head]);
        Span<byte> length = stackalloc byte[sizeof(int)];

        foreach (var text in (ReadOnlySpan<string>)[context.Table, context.PartitionKey, context.RowKey, context.Column])
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
            place.AddRange(length);
            place.AddRange(bytes);
        }

        return [.. place];
    }
}
