using System.Net;
using System.Net.Sockets;

namespace GitLabJira.LocalRuntime.Time;

/// <summary>Lends a <see cref="VirtualClock"/> to other processes of this machine. A process takes part as long as its connection lives.</summary>
public sealed class VirtualClockServer : IAsyncDisposable
{
    private readonly VirtualClock _clock;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    public VirtualClockServer(VirtualClock clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        _clock = clock;
        _listener.Start();
        Address = _listener.LocalEndpoint.ToString()!;
        _accepting = AcceptAsync();
    }

    /// <summary>Host and port, for the setting <see cref="RuntimeClock.AddressVariable"/>.</summary>
    public string Address { get; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var served = new List<Task>();
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token);
                served.RemoveAll(t => t.IsCompleted);
                served.Add(ServeAsync(socket));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(served);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        await using var line = new ClockLine(socket);
        var port = new RemotePort(line);
        ClockParticipant? participant = null;
        try
        {
            await foreach (var message in line.ReadAsync(_stop.Token))
            {
                participant = Handle(message, port, participant);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or FormatException)
        {
            // The process has died, or we stop: either way it no longer counts.
        }
        finally
        {
            if (participant is not null)
            {
                _clock.Authority.Leave(participant);
            }
        }
    }

    private ClockParticipant Handle(ClockMessage message, RemotePort port, ClockParticipant? participant)
    {
        var authority = _clock.Authority;
        if (participant is null)
        {
            return string.Equals(message.Verb, ClockMessage.Join, StringComparison.Ordinal)
                ? authority.Join(message.Text, port)
                : throw new FormatException("A process of the virtual clock must join first.");
        }

        switch (message.Verb)
        {
            case ClockMessage.Polls:
                participant.Polls = true;
                break;
            case ClockMessage.Look:
                authority.Looks(participant);
                port.Acknowledge();
                break;
            case ClockMessage.Run:
                authority.Runs(participant, message.Text);
                if (message.Number == 1)
                {
                    port.Acknowledge();
                }

                break;
            case ClockMessage.Done:
                authority.Done(participant);
                break;
            case ClockMessage.Changed:
                authority.Changed(participant, ClockChanges.Parse(message.Text));
                break;
            case ClockMessage.Idle:
                authority.Idle(participant, message.Number, message.Time);
                break;
            case ClockMessage.Waits:
                authority.Waits(participant, message.Text);
                break;
            case ClockMessage.Resumes:
                authority.Resumes(participant, message.Text);
                break;
            case ClockMessage.Tell:
                authority.Tell(participant, message.Text);
                break;
            default:
                throw new FormatException($"The virtual clock does not know '{message.Verb}'.");
        }

        return participant;
    }

    private sealed class RemotePort(ClockLine line) : IClockPort
    {
        public void MoveTo(DateTimeOffset now) => line.Send(new(ClockMessage.Now, Time: now));

        public void LookAgain(long look, ClockChanges changes) => line.Send(new(ClockMessage.Look, look, Text: changes.ToString()));

        public void FireDue(long look) => line.Send(new(ClockMessage.Due, look));

        public void SpanWaits(string span) => line.Send(new(ClockMessage.Waits, Text: span));

        public void SpanResumes(long look, string span) => line.Send(new(ClockMessage.Resumes, look, Text: span));

        public void Ask() => line.Send(new(ClockMessage.Ask));

        public void Acknowledge() => line.Send(new(ClockMessage.Acknowledged));
    }
}
