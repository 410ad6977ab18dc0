using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using GitLabJira.Functions.Jira.Keys;

namespace GitLabJira.Functions.Tests.Jira.Keys;

[TestClass]
public sealed partial class IssueKeysTests
{
    [TestMethod]
    [DynamicData(nameof(Corpus))]
    public void Finds_what_the_corpus_expects(string text, string expected)
    {
        var keys = IssueKeys.Extract(text);

        Assert.AreEqual(expected, string.Join(' ', keys));
        Assert.AreEqual(expected.Length > 0, IssueKeys.ContainsAny(text));
    }

    [TestMethod]
    public void The_corpus_holds_at_least_300_cases() => Assert.IsGreaterThanOrEqualTo(300, Corpus().Count());

    [TestMethod]
    public void Finds_the_same_as_a_naive_expression_in_any_text()
    {
        // Few characters, so that keys and near-keys are common.
        string[] pieces = ["A", "B", "Z", "a", "_", "-", "-", "0", "1", "9", " ", "é", "日", "CVE-", "UTF-8", "AB-1", "\uD83D\uDE00", "\u0301"];
        var texts = Gen.Int[0, pieces.Length - 1].Array[0, 24].Select(picks => string.Concat(picks.Select(p => pieces[p])));

        texts.Sample(text => IssueKeys.Extract(text).SequenceEqual(Naive(text), StringComparer.Ordinal), iter: 20_000);
    }

    [TestMethod]
    public void Keeps_the_order_of_first_appearance_over_several_texts()
    {
        var keys = IssueKeys.Extract("CD-2 AB-1", null, "", "AB-1 EF-3 CD-2");

        Assert.AreSequenceEqual(["CD-2", "AB-1", "EF-3"], keys);
    }

    [TestMethod]
    public void Joins_nothing_over_the_border_of_two_texts()
    {
        var keys = IssueKeys.Extract("AB-", "1", "CD", "-2", "x", "EF-3");

        Assert.AreSequenceEqual(["EF-3"], keys);
    }

    [TestMethod]
    public void Goes_on_after_500_keys_since_not_all_of_them_may_count()
    {
        var text = string.Join(' ', Enumerable.Range(1, 600).Select(n => string.Create(CultureInfo.InvariantCulture, $"AB-{n}")));

        Assert.AreEqual("AB-600", IssueKeys.Extract(text)[^1]);
    }

    [TestMethod]
    [DataRow(255, 255, true)]
    [DataRow(256, 255, false)]
    [DataRow(255, 256, false)]
    public void Takes_no_part_longer_than_Jira_does(int project, int number, bool expected)
    {
        var text = new string('A', project) + "-" + new string('1', number);

        Assert.AreEqual(expected, IssueKeys.ContainsAny(text));
    }

    [TestMethod]
    [DataRow("A")]
    [DataRow("A_")]
    [DataRow("-")]
    [DataRow("1")]
    [DataRow("AB-")]
    [DataRow("AB-1")]
    [DataRow("AB-1 ")]
    [DataRow("AB-0")]
    [DataRow("CVE-1-1")]
    [DataRow("x_AB-1x")]
    [DataRow("日本AB-1\uD83D\uDE00")]
    [DataRow("some text without any key in it. ")]
    public void Looks_at_each_character_of_a_megabyte_a_few_times_at_most(string pattern)
    {
        var text = Repeat(pattern, 1_000_000);
        var scanner = new KeyScanner(text);

        while (scanner.MoveNext())
        {
        }

        Assert.IsLessThanOrEqualTo(4L * text.Length, scanner.Steps);
        Assert.IsGreaterThanOrEqualTo(text.Length, scanner.Steps);
    }

    [TestMethod]
    public void Looks_at_each_character_of_a_megabyte_of_noise_a_few_times_at_most()
    {
        var text = string.Create(1_000_000, 7u, static (span, seed) =>
        {
            foreach (ref var c in span)
            {
                seed = (seed * 1_664_525) + 1_013_904_223;
                c = "AB_-1029ax "[(int)((seed >> 16) % 11)];
            }
        });
        var scanner = new KeyScanner(text);
        var found = 0;

        while (scanner.MoveNext())
        {
            found++;
        }

        Assert.IsGreaterThan(100, found);
        Assert.IsLessThanOrEqualTo(4L * text.Length, scanner.Steps);
    }

    [TestMethod]
    public void Finds_a_key_at_the_end_of_a_megabyte()
    {
        var text = Repeat("lorem ipsum - ", 1_000_000) + " PROJ-1";

        Assert.AreSequenceEqual(["PROJ-1"], IssueKeys.Extract(text));
    }

    public static IEnumerable<(string Text, string Expected)> Corpus() =>
        from line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Jira", "Keys", "corpus.txt"))
        where line.Length > 0 && !line.StartsWith("# ", StringComparison.Ordinal)
        let arrow = line.LastIndexOf(" ⇒", StringComparison.Ordinal)
        select (Unescape(line[..arrow]), line[(arrow + 2)..].Trim());

    private static string Unescape(string text) => Escape().Replace(text, m => m.Value switch
    {
        @"\n" => "\n",
        @"\r" => "\r",
        @"\t" => "\t",
        @"\\" => @"\",
        _ => ((char)int.Parse(m.ValueSpan[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString(),
    });

    private static string Repeat(string pattern, int length)
    {
        var text = new StringBuilder(length + pattern.Length);

        while (text.Length < length)
        {
            text.Append(pattern);
        }

        return text.ToString();
    }

    private static IEnumerable<string> Naive(string text) => Key().Matches(text)
        .Select(m => m.Value)
        .Where(k => k is not ("UTF-8" or "SHA-256" or "ISO-8601"))
        .Distinct(StringComparer.Ordinal);

    [GeneratedRegex("(?<![A-Za-z0-9])(?!CVE-[1-9][0-9]*-[0-9])[A-Z][A-Z0-9_]+-[1-9][0-9]*(?![A-Za-z0-9])", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Key();

    [GeneratedRegex(@"\\(\\|n|r|t|u[0-9A-F]{4})", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Escape();
}
