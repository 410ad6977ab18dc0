using GitLabJira.Functions.Hosting;
using Microsoft.AspNetCore.Http;

namespace GitLabJira.Functions.Tests.Hosting;

[TestClass]
public sealed class RequestBodiesTests(TestContext test)
{
    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(16 * 1024)]
    [DataRow(50_000)]
    [DataRow(100_000)]
    public async Task Reads_a_body_up_to_the_limit(int length)
    {
        var body = Enumerable.Range(0, length).Select(i => (byte)i).ToArray();
        var request = Request(new MemoryStream(body), contentLength: null);

        var read = await request.ReadBodyAsync(100_000, test.CancellationToken);

        CollectionAssert.AreEqual(body, read!.Value.ToArray());
    }

    [TestMethod]
    public async Task Refuses_one_byte_too_many_without_a_length()
    {
        var request = Request(new MemoryStream(new byte[100_001]), contentLength: null);

        var read = await request.ReadBodyAsync(100_000, test.CancellationToken);

        Assert.IsNull(read);
    }

    [TestMethod]
    public async Task Refuses_by_the_length_before_it_reads()
    {
        var body = new MemoryStream(new byte[100_001]);

        var read = await Request(body, contentLength: 100_001).ReadBodyAsync(100_000, test.CancellationToken);

        Assert.IsNull(read);
        Assert.AreEqual(0, body.Position);
    }

    [TestMethod]
    public async Task Does_not_believe_a_length_that_is_too_small()
    {
        var read = await Request(new MemoryStream(new byte[100_001]), contentLength: 5).ReadBodyAsync(100_000, test.CancellationToken);

        Assert.IsNull(read);
    }

    [TestMethod]
    public async Task Stops_reading_an_endless_body_at_the_limit()
    {
        var endless = new Endless();

        var read = await Request(endless, contentLength: null).ReadBodyAsync(100_000, test.CancellationToken);

        Assert.IsNull(read);
        Assert.IsLessThanOrEqualTo(100_001, endless.Given);
    }

    private static HttpRequest Request(Stream body, long? contentLength)
    {
        var request = new DefaultHttpContext().Request;
        request.Body = body;
        request.ContentLength = contentLength;
        return request;
    }

    private sealed class Endless : MemoryStream
    {
        public int Given { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Given += buffer.Length;
            return ValueTask.FromResult(buffer.Length);
        }
    }
}
