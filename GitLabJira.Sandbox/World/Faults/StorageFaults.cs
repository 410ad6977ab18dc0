using GitLabJira.Sandbox.Storage;

namespace GitLabJira.Sandbox.World.Faults;

/// <summary>Decides by a number which requests of the app to its storage fail, and when one of its processes dies. What the host itself asks of the storage is left alone: its faults are the platform's.</summary>
/// <remarks>A process that dies before or after a request to the storage dies between any two steps of the app: each step ends in one.</remarks>
public sealed class StorageFaults(int seed, double killing, FaultTally tally)
{
    private const double Failing = 0.04;

    /// <summary>Of the failing ones: so many fail several times in a row, until the client gives up.</summary>
    private const double Lasting = 0.12;

    /// <summary>The client tries four times.</summary>
    private const int Longest = 6;

    private readonly Lock _gate = new();
    private readonly Random _dice = new(seed);
    private readonly Dictionary<(string Process, StorageRequest Request), (StorageFault Fault, int Left)> _lasting = [];

    /// <summary>Nothing fails while it is off.</summary>
    public bool IsOn { get; set; }

    /// <summary>Processes that may die: those that have started.</summary>
    public Func<IEnumerable<string>> Mortal { get; set; } = () => [];

    public StorageFault Judge(string process, StorageRequest request)
    {
        if (!IsOn || request.IsOfTheHost)
        {
            return StorageFault.None;
        }

        lock (_gate)
        {
            var fault = Draw(process, request);

            if (fault is not StorageFault.None)
            {
                tally.Add(fault is StorageFault.KillBefore or StorageFault.KillAfter ? "process: kill" : $"{request.Service.ToString().ToUpperInvariant()}: {fault}");
            }

            return fault;
        }
    }

    private StorageFault Draw(string process, StorageRequest request)
    {
        if (_lasting.Remove((process, request), out var lasting))
        {
            if (lasting.Left > 1)
            {
                _lasting[(process, request)] = lasting with { Left = lasting.Left - 1 };
            }

            return lasting.Fault;
        }

        var roll = _dice.NextDouble();

        if (roll < killing)
        {
            return Mortal().Contains(process, StringComparer.Ordinal) && !LosesGrant(request) ? _dice.Next(2) == 0 ? StorageFault.KillBefore : StorageFault.KillAfter : StorageFault.None;
        }

        if (roll >= killing + Failing)
        {
            return StorageFault.None;
        }

        var fault = _dice.Next(3) switch
        {
            0 => StorageFault.Busy,
            1 => StorageFault.Drop,
            _ => StorageFault.LoseAnswer,
        };

        if (_dice.NextDouble() < Lasting)
        {
            _lasting[(process, request)] = (fault, _dice.Next(1, Longest));
        }

        return fault;
    }

    /// <summary>GitLab ends the old pair of tokens at once: whoever dies before the new one is saved takes the grant along, and somebody has to sign in again. No event is lost by it, but entities are poorer until then.</summary>
    private static bool LosesGrant(StorageRequest request) => request is { Resource: "Grants", Method: not "GET" };
}
