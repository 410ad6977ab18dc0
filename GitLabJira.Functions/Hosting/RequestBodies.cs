using Microsoft.AspNetCore.Http;

namespace GitLabJira.Functions.Hosting;

/// <summary>Reads request bodies without trusting what they say about their size.</summary>
public static class RequestBodies
{
    private const int FirstBuffer = 16 * 1024;

    /// <summary>Reads the whole body.</summary>
    /// <returns>Null when it is larger than <paramref name="limit"/> bytes.</returns>
    public static async Task<ReadOnlyMemory<byte>?> ReadBodyAsync(this HttpRequest request, int limit, CancellationToken cancellationToken)
    {
        // Early for those who say it; chunked bodies say nothing, so the limit holds while reading as well.
        if (request.ContentLength > limit)
        {
            return null;
        }

        // Grows with what arrives: a claimed length costs the sender nothing and must cost us nothing.
        var buffer = new byte[Math.Min(FirstBuffer, limit + 1)];
        var length = 0;

        while (true)
        {
            var read = await request.Body.ReadAsync(buffer.AsMemory(length), cancellationToken);

            if (read == 0)
            {
                return buffer.AsMemory(0, length);
            }

            length += read;

            if (length > limit)
            {
                return null;
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, (int)Math.Min(buffer.Length * 2L, limit + 1L));
            }
        }
    }
}
