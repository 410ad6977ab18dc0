using System.Security.Cryptography;
using System.Text;
using GitLabJira.Functions.Sealing;

namespace GitLabJira.Functions.Tests.GitLab;

/// <summary>Seals so that nothing stands in clear and nothing opens in another place, without keys.</summary>
internal sealed class MarkingSealer : ISealer
{
    private const int Mark = 32;

    public Task<byte[]> SealAsync(ReadOnlyMemory<byte> plaintext, SealContext context, CancellationToken cancellationToken) =>
        Task.FromResult<byte[]>([.. MarkOf(context), .. plaintext.ToArray().Select(Turn)]);

    public Task<byte[]> OpenAsync(ReadOnlyMemory<byte> sealedValue, SealContext context, CancellationToken cancellationToken) =>
        sealedValue.Span[..Mark].SequenceEqual(MarkOf(context))
            ? Task.FromResult<byte[]>([.. sealedValue[Mark..].ToArray().Select(Turn)])
            : throw new CryptographicException("Sealed for another place.");

    private static byte[] MarkOf(SealContext context) => SHA256.HashData(Encoding.UTF8.GetBytes(context.ToString()));

    private static byte Turn(byte value) => (byte)(value ^ 0xA5);
}
