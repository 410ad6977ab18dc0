using System.Net;
using GitLabJira.Functions.GitLab.Links;
using GitLabJira.Functions.Jira.Entities;

namespace GitLabJira.Functions.Tests.Jira.Delivery;

/// <summary>
/// Entities change while hooks come late and twice, reads lag by up to a minute, Jira applies late and out of order, calls fail or lose their answer, and processes die at any write: in the end
/// Jira holds what GitLab holds.
/// </summary>
[TestClass]
public sealed class ConvergenceTests(TestContext test)
{
    [TestMethod]
    [DynamicData(nameof(Seeds))]
    public async Task Ends_with_what_GitLab_holds(int seed)
    {
        var story = new Story(seed, test.CancellationToken);

        await story.PlayAsync();

        var (expected, actual) = story.Outcome();
        Assert.AreEqual(expected, actual, $"seed {seed}, {story.Deaths} deaths, {story.Calls} calls");
        Assert.IsEmpty(story.Left, $"seed {seed}");
    }

    [TestMethod]
    public async Task The_stories_are_eventful()
    {
        var deaths = 0;

        foreach (var seed in Enumerable.Range(101, 4))
        {
            var story = new Story(seed, test.CancellationToken);
            await story.PlayAsync();
            deaths += story.Deaths;
            Assert.IsGreaterThanOrEqualTo(10, story.Calls);
        }

        Assert.IsGreaterThanOrEqualTo(8, deaths);
    }

    public static IEnumerable<int> Seeds() => Enumerable.Range(1, 25);

    private sealed class Story
    {
        private const int Changes = 40;
        private const int Entities = 4;

        private static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(120);

        private static readonly Link Link = DeliverySamples.Link();

        private readonly DeliveryWorld _world = new();
        private readonly ModelJira _jira;
        private readonly AsyncLocal<Process?> _current = new();
        private readonly List<(DateTimeOffset At, Func<Task> Run)> _events = [];
        private readonly Dictionary<string, List<(DateTimeOffset At, int Version, bool Exists)>> _truth = new(StringComparer.Ordinal);
        private readonly CancellationToken _stop;
        private uint _state;
        private bool _faults = true;
        private int _depth;

        public Story(int seed, CancellationToken stop)
        {
            _state = (uint)seed * 2_654_435_761;
            _stop = stop;
            _jira = new ModelJira(() => _world.Clock.GetUtcNow(), Random);
            _world.Storage.BeforeWrite = _ => AtAnyPoint();
            _world.Jira.Always = Answer;
        }

        public int Deaths { get; private set; }

        public int Calls => _world.Jira.Calls.Count;

        public IReadOnlyList<string> Left => _world.Storage.Keys("Outbox");

        public (string Expected, string Actual) Outcome()
        {
            var held = _jira.Settle();
            return (
                string.Join(' ', _truth.Where(t => t.Value[^1].Exists).OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => $"{t.Key}=v{t.Value[^1].Version}")),
                string.Join(' ', held.OrderBy(h => h.Key, StringComparer.Ordinal).Select(h => $"{h.Key}={h.Value}")));
        }

        public async Task PlayAsync()
        {
            for (var n = 0; n < Changes; n++)
            {
                var at = DeliverySamples.Start.AddSeconds(Random(600));
                Plan(at, ChangeAsync);
            }

            Plan(DeliverySamples.Start.AddSeconds(Random(600)), SyncAsync);
            Plan(DeliverySamples.Start.AddSeconds(700), () =>
            {
                _faults = false;
                return Task.CompletedTask;
            });

            // Hours, so that messages of dead processes come back, tombstones settle and leases run out.
            for (var minute = 0; minute < 180; minute++)
            {
                Plan(DeliverySamples.Start.AddMinutes(minute), () => AliveAsync(p => p.App.Deliver.SweepAsync(_stop)));
            }

            Plan(DeliverySamples.Start.AddMinutes(170), () => AliveAsync(p => p.App.Deliver.TidyAsync(DeliverySamples.Site, _stop)));

            while (_events.Count > 0 || _world.Wakes.Count > 0)
            {
                await StepAsync();
            }
        }

        private async Task StepAsync()
        {
            TakeWakes();
            var next = _events.OrderBy(e => e.At).First();
            _events.Remove(next);

            if (next.At > _world.Clock.GetUtcNow())
            {
                _world.Clock.SetUtcNow(next.At);
            }

            await next.Run();
        }

        private void TakeWakes()
        {
            foreach (var (clientKey, due, turn) in _world.Wakes)
            {
                Plan(due, () => MessageAsync(p => p.App.Deliver.DeliverAsync(clientKey, turn, _stop)));
            }


            _world.TakeWakes();

            foreach (var ((entity, _), at) in _world.Looks.Zip(_world.LookTimes))
            {
                Plan(at, () => LookAsync(entity.EntityId, atLeast: 0));
            }

            _world.Looks.Clear();
            _world.LookTimes.Clear();
        }

        /// <summary>Something happens in GitLab, and its hook comes some time later, perhaps twice.</summary>
        private Task ChangeAsync()
        {
            var id = $"e{Random(Entities)}";
            var history = _truth.TryGetValue(id, out var known) ? known : _truth[id] = [];
            var version = history.Count + 1;
            history.Add((_world.Clock.GetUtcNow(), version, Random(4) != 0));

            for (var hooks = 0; hooks < (Random(4) == 0 ? 2 : 1); hooks++)
            {
                Plan(_world.Clock.GetUtcNow().AddSeconds(Random(40)), () => LookAsync(id, version));
            }

            return Task.CompletedTask;
        }

        private Task LookAsync(string id, int atLeast) => MessageAsync(async process =>
        {
            var entity = DeliverySamples.Entity(id);
            var sequence = process.App.Sent.NextSequence(await process.App.Sent.FindAsync(entity, _stop), Lane.Live);
            await PassAsync(Random(2000));
            var (version, exists) = Read(id);
            await PassAsync(Random(2000));

            if (version < atLeast)
            {
                Plan(_world.Clock.GetUtcNow().AddSeconds(5), () => LookAsync(id, atLeast));
                return;
            }

            if (version > 0)
            {
                await process.App.Delivery.SubmitAsync(Link, Lane.Live, [exists ? DeliverySamples.Upsert(entity, sequence, $"v{version}") : DeliverySamples.Deletion(entity, sequence)], _stop);
            }
        });

        /// <summary>An initial sync lists everything, takes its time and appends it.</summary>
        private Task SyncAsync() => MessageAsync(async process =>
        {
            var sequence = process.App.Sent.NextSequence(held: null, Lane.Backfill);
            var lag = Random(60);
            var list = _truth.Keys.Select(id => (Id: id, Seen: Read(id, lag))).Where(e => e.Seen.Exists).ToList();
            await PassAsync(Random(20_000));
            await process.App.Delivery.AppendBackfillAsync(Link, [.. list.Select(e => DeliverySamples.Upsert(DeliverySamples.Entity(e.Id), sequence, $"v{e.Seen.Version}"))], _stop);
            await process.App.Delivery.WakeAsync(DeliverySamples.Site, _stop);
        });

        private (int Version, bool Exists) Read(string id) => Read(id, _faults ? Random(60) : 0);

        private (int Version, bool Exists) Read(string id, int lag)
        {
            var seen = _truth[id].LastOrDefault(h => h.At <= _world.Clock.GetUtcNow().AddSeconds(-lag));
            return (seen.Version, seen.Exists);
        }

        /// <summary>A queue message: comes again ten minutes later when its process died.</summary>
        private Task MessageAsync(Func<Process, Task> work) => AliveAsync(work, () => Plan(_world.Clock.GetUtcNow().AddMinutes(10), () => MessageAsync(work)));

        private async Task AliveAsync(Func<Process, Task> work, Action? died = null)
        {
            var before = _current.Value;
            var process = new Process(_world.Process());
            _current.Value = process;

            try
            {
                await work(process);
            }
            catch (Exception) when (process.IsDead)
            {
                died?.Invoke();
            }
            finally
            {
                _current.Value = before;
            }
        }

        /// <summary>Time goes on, and other processes with it.</summary>
        private async Task PassAsync(int milliseconds)
        {
            _world.Clock.Advance(TimeSpan.FromMilliseconds(milliseconds));
            TakeWakes();

            while (_depth < 3 && _events.Any(e => e.At <= _world.Clock.GetUtcNow()))
            {
                _depth++;
                await StepAsync();
                _depth--;
            }
        }

        private void AtAnyPoint()
        {
            if (_current.Value is { IsDead: true })
            {
                throw new InvalidOperationException("This process is dead.");
            }

            if (!_faults)
            {
                return;
            }

            if (Random(60) == 0)
            {
                Die();
            }

            if (Random(12) == 0)
            {
                PassAsync(Random(400)).GetAwaiter().GetResult();
            }
        }

        private HttpResponseMessage? Answer(JiraCall call)
        {
            if (!_faults)
            {
                return _jira.Take(call);
            }

            switch (Random(12))
            {
                case 0:
                    return StubHttp.Answer(HttpStatusCode.InternalServerError);
                case 1:
                    _jira.Take(call);
                    throw new HttpRequestException("The answer was lost.");
                case 2:
                    return StubHttp.Answer(HttpStatusCode.TooManyRequests, null, ("Retry-After", "7"));
                case 3:
                    _jira.Take(call);
                    Die();
                    return null;
                case 4:
                    // Slower than the lease is long: somebody else may deliver meanwhile.
                    return Slowly(call, Random(80_000));
                default:
                    return Slowly(call, Random(3000));
            }
        }

        private HttpResponseMessage Slowly(JiraCall call, int milliseconds)
        {
            var begun = _world.Clock.GetUtcNow();
            PassAsync(milliseconds).GetAwaiter().GetResult();

            // What happens within what happens meanwhile may take minutes. No connection lasts so long, and what Jira took it applies within ten minutes of the call.
            return _world.Clock.GetUtcNow() - begun > LongestCall ? throw new HttpRequestException("The connection broke.") : _jira.Take(call);
        }

        private void Die()
        {
            if (_current.Value is { } process)
            {
                process.IsDead = true;
                Deaths++;
                throw new InvalidOperationException("This process died.");
            }
        }

        private void Plan(DateTimeOffset at, Func<Task> run) => _events.Add((at, run));

        private int Random(int below)
        {
            _state = (_state * 1_664_525) + 1_013_904_223;
            return (int)((_state >> 8) % (uint)below);
        }
    }

    private sealed class Process(AppProcess app)
    {
        public AppProcess App { get; } = app;

        public bool IsDead { get; set; }
    }
}
