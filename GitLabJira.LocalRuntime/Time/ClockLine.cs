using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;

namespace GitLabJira.LocalRuntime.Time;

/// <summary>A connection of the virtual clock: lines in order in both directions, sending never blocks.</summary>
internal sealed class ClockLine : IAsyncDisposable
{
    private readonly NetworkStream _stream;
    private readonly Channel<ClockMessage> _outgoing = Channel.CreateUnbounded<ClockMessage>(new() { SingleReader = true });
    private readonly Task _sending;

    public ClockLine(Socket socket)
    {
        socket.NoDelay = true;
        _stream = new(socket, ownsSocket: true);
        _sending = SendAllAsync();
    }

    public void Send(ClockMessage message) => _outgoing.Writer.TryWrite(message);

    public async IAsyncEnumerable<ClockMessage> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(_stream, Encoding.UTF8, leaveOpen: true);
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            yield return ClockMessage.Parse(line);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _outgoing.Writer.TryComplete();
        await _stream.DisposeAsync();
        await _sending;
    }

    private async Task SendAllAsync()
    {
        var batch = new StringBuilder();
        try
        {
            while (await _outgoing.Reader.WaitToReadAsync())
            {
                while (_outgoing.Reader.TryRead(out var message))
                {
                    batch.Append(message.ToString()).Append('\n');
                }

                await _stream.WriteAsync(Encoding.UTF8.GetBytes(batch.ToString()));
                batch.Clear();
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // The other side is gone; the reader notices and acts on it.
            _outgoing.Writer.TryComplete();
        }
    }
}
