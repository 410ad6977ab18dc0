using System.Security.Cryptography;
using System.Text;
using CsCheck;
using GitLabJira.Functions.Sealing;
using Microsoft.Extensions.Time.Testing;

namespace GitLabJira.Functions.Tests.Sealing;

[TestClass]
public sealed class SealerTests(TestContext test)
{
    private static readonly SealContext Place = new("Grants", "site", "host!account", "Tokens");

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 22, 0, 0, 0, TimeSpan.Zero));

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(100_000)]
    public async Task Opens_what_it_sealed(int length)
    {
        var sealer = SealedWith.NewKeys(_clock);
        var plaintext = RandomNumberGenerator.GetBytes(length);

        var value = await sealer.SealAsync(plaintext, Place, test.CancellationToken);

        CollectionAssert.AreEqual(plaintext, await sealer.OpenAsync(value, Place, test.CancellationToken));
    }

    [TestMethod]
    public async Task Seals_the_same_text_differently_each_time_and_shows_nothing_of_it()
    {
        var sealer = SealedWith.NewKeys(_clock);
        var plaintext = Encoding.UTF8.GetBytes("correct horse battery staple");

        var one = await sealer.SealAsync(plaintext, Place, test.CancellationToken);
        var other = await sealer.SealAsync(plaintext, Place, test.CancellationToken);

        Assert.IsFalse(one.AsSpan().SequenceEqual(other));
        Assert.IsLessThan(0, one.AsSpan().IndexOf("horse"u8));
    }

    [TestMethod]
    public async Task Detects_each_altered_byte()
    {
        var sealer = SealedWith.NewKeys(_clock);

        await Gen.Select(Gen.Byte.Array[0, 80], Gen.Byte[1, 255]).SampleAsync(async (plaintext, flip) =>
        {
            var value = await sealer.SealAsync(plaintext, Place, test.CancellationToken);

            for (var i = 0; i < value.Length; i++)
            {
                var altered = value.ToArray();
                altered[i] ^= flip;
                await AssertDoesNotOpenAsync(sealer, altered, Place);
            }
        }, iter: 20);
    }

    [TestMethod]
    public async Task Detects_what_was_cut_or_lengthened()
    {
        var sealer = SealedWith.NewKeys(_clock);
        var value = await sealer.SealAsync(new byte[20], Place, test.CancellationToken);

        for (var length = 0; length < value.Length; length++)
        {
            await AssertDoesNotOpenAsync(sealer, value[..length], Place);
        }

        await AssertDoesNotOpenAsync(sealer, [.. value, 0], Place);
    }

    [TestMethod]
    [DataRow("Links", "site", "host!account", "Tokens")]
    [DataRow("Grants", "other", "host!account", "Tokens")]
    [DataRow("Grants", "site", "host!other", "Tokens")]
    [DataRow("Grants", "site", "host!account", "Verifier")]
    [DataRow("Grants", "sitehost!", "account", "Tokens")]
    [DataRow("Grant", "ssite", "host!account", "Tokens")]
    public async Task Detects_what_was_moved(string table, string partition, string row, string column)
    {
        var sealer = SealedWith.NewKeys(_clock);
        var value = await sealer.SealAsync(new byte[20], Place, test.CancellationToken);

        await AssertDoesNotOpenAsync(sealer, value, new SealContext(table, partition, row, column));
    }

    [TestMethod]
    public async Task Opens_what_was_sealed_in_another_month_or_process()
    {
        var rows = new MemoryDataKeyRows();
        var value = await new Sealer(new DataKeys(rows, new XorWrapper(), _clock)).SealAsync(new byte[20], Place, test.CancellationToken);
        _clock.Advance(TimeSpan.FromDays(40));
        var other = new Sealer(new DataKeys(rows, new XorWrapper(), _clock));
        await other.SealAsync(new byte[20], Place, test.CancellationToken);

        await other.OpenAsync(value, Place, test.CancellationToken);

        Assert.HasCount(2, rows.Rows);
    }

    private async Task AssertDoesNotOpenAsync(Sealer sealer, byte[] value, SealContext place)
    {
        try
        {
            await sealer.OpenAsync(value, place, test.CancellationToken);
            Assert.Fail("It opened.");
        }
        catch (CryptographicException)
        {
            // Its subclass for a wrong tag counts as well.
        }
    }
}
