using System.Net;
using System.Net.Sockets;

namespace GitLabJira.LocalRuntime.Time;

/// <summary>A process's share in a virtual clock that another process owns.</summary>
public sealed class VirtualClockClient : VirtualRuntimeClock, IAsyncDisposable
{
    private readonly ClockLine _line;
    private readonly RemoteLink _link;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _lost = new();
    private readonly TaskCompletionSource _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _reading;

    private VirtualClockClient(Socket socket, string process, TimeSpan offset)
        : base(offset)
    {
        _line = new(socket);
        _link = new(_line);
        Ledger = new(new(), _link, DateTimeOffset.UnixEpoch);
        _line.Send(new(ClockMessage.Join, Text: process));
        _reading = ReadAsync();
    }

    public override CancellationToken Lost => _lost.Token;

    private protected override ProcessLedger Ledger { get; }

    /// <param name="address">What <see cref="VirtualClockServer.Address"/> says.</param>
    /// <param name="process">A name for people.</param>
    /// <param name="offset">How wrong this process's clock is.</param>
    /// <param name="ready">False: time stands still until <see cref="Ready"/> is called.</param>
    public static async Task<VirtualClockClient> ConnectAsync(
        string address, string process, TimeSpan offset = default, bool ready = true, CancellationToken cancellationToken = default)
    {
        if (!IPEndPoint.TryParse(address, out var endpoint))
        {
            throw new FormatException($"{AddressVariable} must be an address and a port, such as 127.0.0.1:4711.");
        }

        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(endpoint, cancellationToken);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        var client = new VirtualClockClient(socket, process, offset);
        await client._joined.Task.WaitAsync(cancellationToken);
        if (ready)
        {
            client.Ready();
        }

        return client;
    }

    public override void Ready() => Ledger.Start();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _line.DisposeAsync();
        await _reading;
        _stop.Dispose();
        _lost.Dispose();
    }

    private async Task ReadAsync()
    {
        Exception reason = new IOException("The owner of the virtual clock has closed the connection.");
        try
        {
            await foreach (var message in _line.ReadAsync(_stop.Token))
            {
                Handle(message);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException or FormatException)
        {
            reason = e;
        }

        Ledger.Lose(reason);
        _link.Lose(reason);
        _joined.TrySetException(reason);
        await _lost.CancelAsync();
    }

    private void Handle(ClockMessage message)
    {
        switch (message.Verb)
        {
            case ClockMessage.Now:
                Ledger.MoveTo(message.Time ?? throw new FormatException("The virtual clock said 'now' without a time."));
                _joined.TrySetResult();
                break;
            case ClockMessage.Look:
                Ledger.LookAgain(message.Number, ClockChanges.Parse(message.Text));
                break;
            case ClockMessage.Due:
                Ledger.FireDue(message.Number);
                break;
            case ClockMessage.Waits:
                Ledger.SpanWaits(message.Text);
                break;
            case ClockMessage.Resumes:
                Ledger.SpanResumes(message.Number, message.Text);
                break;
            case ClockMessage.Acknowledged:
                _link.Acknowledge();
                break;
            case ClockMessage.Ask:
                _link.Tell(Ledger.Describe());
                break;
            default:
                throw new FormatException($"This process does not know '{message.Verb}' of the virtual clock.");
        }
    }

    private sealed class RemoteLink(ClockLine line) : IClockLink
    {
        private readonly Lock _gate = new();
        private readonly Queue<TaskCompletionSource> _unacknowledged = [];
        private Exception? _lost;

        public void Polls() => line.Send(new(ClockMessage.Polls));

        public Task LookAsync() => SendAcknowledgedAsync(new(ClockMessage.Look));

        public Task RunAsync(string what, bool wasIdle)
        {
            if (wasIdle)
            {
                return SendAcknowledgedAsync(new(ClockMessage.Run, 1, Text: what));
            }

            line.Send(new(ClockMessage.Run, Text: what));
            return Task.CompletedTask;
        }

        public void Done() => line.Send(new(ClockMessage.Done));

        public void Changed(ClockChanges changes) => line.Send(new(ClockMessage.Changed, Text: changes.ToString()));

        public void Idle(long look, DateTimeOffset? due) => line.Send(new(ClockMessage.Idle, look, due));

        public void Waits(string span) => line.Send(new(ClockMessage.Waits, Text: span));

        public void Resumes(string span) => line.Send(new(ClockMessage.Resumes, Text: span));

        public void Tell(string what) => line.Send(new(ClockMessage.Tell, Text: what));

        public void Acknowledge()
        {
            lock (_gate)
            {
                if (_unacknowledged.TryDequeue(out var first))
                {
                    first.TrySetResult();
                }
            }
        }

        public void Lose(Exception reason)
        {
            lock (_gate)
            {
                _lost = reason;
                while (_unacknowledged.TryDequeue(out var waiting))
                {
                    waiting.TrySetException(new InvalidOperationException("The virtual clock of this process is gone.", reason));
                }
            }
        }

        private Task SendAcknowledgedAsync(ClockMessage message)
        {
            lock (_gate)
            {
                if (_lost is not null)
                {
                    return Task.FromException(new InvalidOperationException("The virtual clock of this process is gone.", _lost));
                }

                var acknowledged = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _unacknowledged.Enqueue(acknowledged);
                line.Send(message);
                return acknowledged.Task;
            }
        }
    }
}
