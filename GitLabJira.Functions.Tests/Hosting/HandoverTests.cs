using GitLabJira.Functions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace GitLabJira.Functions.Tests.Hosting;

[TestClass]
public sealed class HandoverTests(TestContext test)
{
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Gives_to_who_waits_already_and_to_who_comes_later(bool hasClock)
    {
        using var handover = new Handover<string>(hasClock ? new FakeTimeProvider() : null);
        var early = handover.WaitAsync();
        Assert.IsFalse(early.IsCompleted);

        handover.Give("it");
        handover.Give("something else");

        Assert.AreEqual("it", await early);
        Assert.AreEqual("it", await handover.WaitAsync());
    }

    [TestMethod]
    public async Task Without_a_clock_who_waited_may_be_through_with_it_while_it_is_given()
    {
        var handover = new Handover<string>(clock: null);
        var wait = handover.WaitAsync();
        handover.Dispose();

        handover.Give("it");

        Assert.AreEqual("it", await wait);
    }

    [TestMethod]
    public async Task Passes_a_failure_and_an_end_on()
    {
        using var failed = new Handover<string>(clock: null);
        using var cancelled = new Handover<string>(clock: null);

        failed.Fail(new InvalidDataException("Bad."));
        cancelled.Cancel(test.CancellationToken);

        await Assert.ThrowsExactlyAsync<InvalidDataException>(failed.WaitAsync);
        await Assert.ThrowsAsync<OperationCanceledException>(cancelled.WaitAsync);
    }
}
