using System.Net;
using System.Text;

namespace GitLabJira.WholeApp.Tests.BadInput;

/// <summary>Bodies that are too large, with and without saying so.</summary>
internal static class Bodies
{
    private const int Mebibyte = 1024 * 1024;

    public static HttpContent Json(string text) => new StringContent(text, Encoding.UTF8, "application/json");

    /// <summary>Well-formed JSON of that size: only its size is wrong.</summary>
    public static HttpContent Large(int mebibytes, bool saysLength) => saysLength ? new ByteArrayContent(Padded(mebibytes)) : new ChunkedContent(Padded(mebibytes));

    private static byte[] Padded(int mebibytes)
    {
        var body = new byte[mebibytes * Mebibyte];
        body.AsSpan().Fill((byte)'x');
        Encoding.UTF8.GetBytes("{\"object_kind\":\"push\",\"padding\":\"").CopyTo(body, 0);
        "\"}"u8.CopyTo(body.AsSpan(body.Length - 2));
        return body;
    }

    private sealed class ChunkedContent(byte[] bytes) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            for (var at = 0; at < bytes.Length; at += Mebibyte)
            {
                await stream.WriteAsync(bytes.AsMemory(at, Math.Min(Mebibyte, bytes.Length - at)));
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
