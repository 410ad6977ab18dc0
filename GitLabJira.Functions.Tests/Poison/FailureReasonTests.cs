using System.Security.Cryptography;
using Azure;
using GitLabJira.Functions.Poison;
using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.Tests.Poison;

[TestClass]
public sealed class FailureReasonTests
{
    [TestMethod]
    public void Repeats_our_own_words() =>
        Assert.AreEqual("The message was altered. (CryptographicException)", FailureReason.Of(new MessageUnreadableException("The message was altered.", new CryptographicException("secret"))));

    [TestMethod]
    public void Tells_code_and_cause_of_what_storage_refused() =>
        Assert.AreEqual(
            "InvalidOperationException < RequestFailedException 503 ServerBusy",
            FailureReason.Of(new InvalidOperationException("secret", new RequestFailedException(503, "secret", "ServerBusy", innerException: null))));

    [TestMethod]
    public void Tells_where_in_our_code_it_happened()
    {
        var thrown = Assert.ThrowsExactly<FormatException>(() => long.Parse("secret", System.Globalization.CultureInfo.InvariantCulture));

        var reason = FailureReason.Of(thrown);

        Assert.StartsWith("FormatException in GitLabJira.Functions.Tests.Poison.FailureReasonTests", reason);
        Assert.DoesNotContain("secret", reason);
    }
}
