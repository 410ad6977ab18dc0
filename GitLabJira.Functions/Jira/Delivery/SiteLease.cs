namespace GitLabJira.Functions.Jira.Delivery;

/// <summary>The right to call one site, for a minute at a time (design 6.3). While it is held, only its holder writes the site's row; what the holder learns is saved with the next renewal.</summary>
public sealed class SiteLease
{
    public static readonly TimeSpan Length = TimeSpan.FromSeconds(60);

    /// <summary>A lease that was written so lately is as good as a new one.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    /// <summary>A call takes up to 20 s; the rest is for clocks that differ.</summary>
    private static readonly TimeSpan NeededForACall = TimeSpan.FromSeconds(25);

    private readonly SiteStore _sites;
    private readonly TimeProvider _clock;
    private SiteState _written;

    internal SiteLease(SiteStore sites, string clientKey, SiteState taken, TimeProvider clock)
    {
        _sites = sites;
        _clock = clock;
        _written = taken;
        ClientKey = clientKey;
        State = taken;
    }

    public string ClientKey { get; }

    /// <summary>What is known of the site; changes are saved with the next renewal or release.</summary>
    public SiteState State { get; set; }

    /// <summary>Call before each call to Jira.</summary>
    /// <exception cref="LeaseLostException">Somebody else took the lease, or storage is too slow to be sure: call nobody.</exception>
    public async Task RenewAsync(CancellationToken cancellationToken)
    {
        if (!_written.IsHeld(_clock.GetUtcNow()))
        {
            throw new LeaseLostException();
        }

        if (_written.LeaseUntil - _clock.GetUtcNow() >= Length - Fresh)
        {
            return;
        }

        await WriteAsync(State with { Holder = _written.Holder, LeaseUntil = _clock.GetUtcNow() + Length }, cancellationToken);

        if (_written.LeaseUntil - _clock.GetUtcNow() < NeededForACall)
        {
            throw new LeaseLostException();
        }
    }

    /// <summary>Gives the lease back and saves what was learned. A lease that was lost is left to its new holder.</summary>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(State with { Holder = "", LeaseUntil = null }, cancellationToken);
        }
        catch (LeaseLostException)
        {
            // Whoever has it now learns the same from Jira.
        }
    }

    private async Task WriteAsync(SiteState state, CancellationToken cancellationToken)
    {
        _written = await _sites.WriteAsync(ClientKey, state with { ETag = _written.ETag }, cancellationToken) ?? throw new LeaseLostException();
        State = _written;
    }
}

/// <summary>Another process delivers to the site now.</summary>
public sealed class LeaseLostException() : Exception("The delivery lease was lost.");
