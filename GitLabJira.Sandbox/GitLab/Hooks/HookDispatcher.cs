using System.Globalization;
using System.Net.Http.Headers;
using GitLabJira.LocalRuntime.Time;
using GitLabJira.Sandbox.GitLab.Faults;
using GitLabJira.Sandbox.GitLab.State;

namespace GitLabJira.Sandbox.GitLab.Hooks;

/// <summary>Delivers events to hooks with GitLab's rules: ten seconds, no retry, switched off after failures, silent when the minute is used up.</summary>
internal sealed class HookDispatcher : IAsyncDisposable
{
    private const int StoredResponseBody = 8 * 1024;
    private const int MaxBody = 25 * 1024 * 1024;
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(10);

    private readonly RuntimeClock _clock;
    private readonly GitLabWorld _world;
    private readonly SiteFaults _faults;
    private readonly HookLog _log;
    private readonly GitLabSiteOptions _options;
    private readonly HookRateLimit _rateLimit = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly InFlight _inFlight = new();
    private readonly InFlight _posting = new();

    // Redirects count as success and are not followed; a proxy of the machine has no business between loopback addresses.
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false, MaxConnectionsPerServer = 64 })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public HookDispatcher(RuntimeClock clock, GitLabWorld world, SiteFaults faults, HookLog log, GitLabSiteOptions options)
    {
        (_clock, _world, _faults, _log, _options) = (clock, world, faults, log, options);
        world.Happened = Send;
    }

    public Task WhenQuietAsync(CancellationToken cancellationToken) => _inFlight.WhenNoneAsync(cancellationToken);

    public void Send(HookEvent happened)
    {
        var eventUuid = Guid.NewGuid();

        foreach (var hookId in happened.HookIds)
        {
            Send(happened, hookId, eventUuid);
        }
    }

    /// <summary>Delivers at once and waits, as the test button does; a switched-off hook comes back when this succeeds.</summary>
    public Task<HookDelivery> SendNowAsync(GitLabHook hook, HookTrigger trigger, ReadOnlyMemory<byte> body, Guid? idempotencyKey = null, bool isTest = true)
    {
        var delivery = _log.Add(id => new HookDelivery(id, hook.Id, hook.Url, trigger, idempotencyKey ?? Guid.NewGuid(), Guid.NewGuid(), body, _world.Now, isTest));
        return DeliverAsync(delivery);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _posting.WhenNoneAsync(CancellationToken.None);
        _http.Dispose();
        _stopping.Dispose();
    }

    private void Send(HookEvent happened, long hookId, Guid eventUuid)
    {
        // A deleted project's hooks are gone, but the worker that is to tell of it has them in hand already.
        if (!_world.State.Hooks.TryGetValue(hookId, out var hook))
        {
            return;
        }

        var delivery = new HookDelivery(0, hookId, hook.Url, happened.Trigger, Guid.NewGuid(), eventUuid, happened.Body, happened.At);

        if (!AutoDisable.IsExecutable(hook, _world.Now))
        {
            _log.Add(id => delivery with { Id = id, Outcome = HookOutcome.HookDisabled });
            return;
        }

        var plan = _world.State.FindGroup(happened.RootPath)?.Plan ?? GitLabPlan.Free;

        if (_options.LimitsHooks && !_rateLimit.Takes(happened.RootPath, plan, _world.Now))
        {
            _log.Add(id => delivery with { Id = id, Outcome = HookOutcome.RateLimited });
            return;
        }

        var departures = _faults.DropHook?.Invoke(delivery) is true ? [] : _faults.Departures();

        if (departures.Count == 0)
        {
            _log.Add(id => delivery with { Id = id, Outcome = HookOutcome.Dropped });
        }

        foreach (var wait in departures)
        {
            var copy = _log.Add(id => delivery with { Id = id });

            if (wait > TimeSpan.Zero)
            {
                var waiting = _inFlight.Begin();
                _world.Schedule(wait, () =>
                {
                    Launch(copy);
                    waiting.Dispose();
                });
            }
            else
            {
                Launch(copy);
            }
        }
    }

    private void Launch(HookDelivery delivery) => OwnFlow.Run(() => _ = DeliverAsync(delivery));

    private async Task<HookDelivery> DeliverAsync(HookDelivery delivery)
    {
        using var counted = _inFlight.Begin();
        using var posting = _posting.Begin();
        using var work = await _clock.BeginWorkAsync("gitlab hook delivery", CancellationToken.None);
        var done = _world.State.Hooks.TryGetValue(delivery.HookId, out var hook)
            ? await PostAsync(delivery, hook)
            : delivery with { Outcome = HookOutcome.Failed, Error = "The hook was removed meanwhile." };
        _log.Update(done);
        _world.Apply(change =>
        {
            if (!change.State.Hooks.TryGetValue(delivery.HookId, out var before))
            {
                return;
            }

            var after = done.Outcome is HookOutcome.Delivered ? AutoDisable.AfterSuccess(before) : AutoDisable.AfterFailure(before, change.Now);

            if (!ReferenceEquals(before, after))
            {
                change.Set(after);
            }
        });
        return done;
    }

    private async Task<HookDelivery> PostAsync(HookDelivery delivery, GitLabHook hook)
    {
        var sentAt = _world.Now;
        var started = _clock.GetTimestamp();

        try
        {
            using var request = Request(delivery, hook, sentAt);
            delivery = delivery with { SentAt = sentAt, RequestHeaders = Redacted(request) };

            if (delivery.Body.Length > MaxBody || !request.RequestUri!.IsLoopback)
            {
                return delivery with { Outcome = HookOutcome.Failed, Error = "internal error" };
            }

            using var patience = new CancellationTokenSource(AnswerTime, _clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _stopping.Token);
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, either.Token);
            var body = await response.Content.ReadAsStringAsync(either.Token);
            return delivery with
            {
                Outcome = (int)response.StatusCode is >= 200 and < 400 ? HookOutcome.Delivered : HookOutcome.Failed,
                ResponseStatus = (int)response.StatusCode,
                ResponseBody = body.Length <= StoredResponseBody ? body : body[..StoredResponseBody],
                ResponseHeaders = response.Headers.Concat(response.Content.Headers).Take(50).ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase),
                Duration = _clock.GetElapsedTime(started),
            };
        }
        catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException or IOException)
        {
            return delivery with
            {
                Outcome = HookOutcome.Failed,
                Error = fault is OperationCanceledException ? "execution expired" : "Failed to open TCP connection or connection broken",
                Duration = _clock.GetElapsedTime(started),
            };
        }
    }

    private HttpRequestMessage Request(HookDelivery delivery, GitLabHook hook, DateTimeOffset now)
    {
        var content = new ReadOnlyMemoryContent(delivery.Body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var request = new HttpRequestMessage(HttpMethod.Post, hook.Url) { Content = content };
        var headers = request.Headers;

        foreach (var (name, value) in hook.CustomHeaders)
        {
            headers.TryAddWithoutValidation(name, value);
        }

        headers.TryAddWithoutValidation("User-Agent", $"GitLab/{_options.Version}");
        headers.TryAddWithoutValidation("X-Gitlab-Event", delivery.Trigger.EventHeader());
        headers.TryAddWithoutValidation("X-Gitlab-Webhook-UUID", Guid.NewGuid().ToString());
        headers.TryAddWithoutValidation("X-Gitlab-Instance", _world.BaseUrl);
        headers.TryAddWithoutValidation("X-Gitlab-Event-UUID", delivery.EventUuid.ToString());
        headers.TryAddWithoutValidation("Idempotency-Key", delivery.IdempotencyKey.ToString());

        if (hook.Token is { Length: > 0 } token)
        {
            headers.TryAddWithoutValidation("X-Gitlab-Token", token.ReplaceLineEndings(""));
        }

        if (_options.KnowsSigning)
        {
            var stamp = now.ToUnixTimeSeconds();
            headers.TryAddWithoutValidation("webhook-id", delivery.IdempotencyKey.ToString());
            headers.TryAddWithoutValidation("webhook-timestamp", stamp.ToString(CultureInfo.InvariantCulture));

            if (hook.SigningToken is { } signingToken)
            {
                headers.TryAddWithoutValidation("webhook-signature", HookSignature.Sign(signingToken, delivery.IdempotencyKey.ToString(), stamp, delivery.Body.Span));
            }
        }

        return request;
    }

    private static Dictionary<string, string> Redacted(HttpRequestMessage request)
    {
        var headers = request.Headers.ToDictionary(header => header.Key, header => string.Join(' ', header.Value), StringComparer.OrdinalIgnoreCase);
        headers["Content-Type"] = "application/json";

        if (headers.ContainsKey("X-Gitlab-Token"))
        {
            headers["X-Gitlab-Token"] = "[REDACTED]";
        }

        return headers;
    }
}
