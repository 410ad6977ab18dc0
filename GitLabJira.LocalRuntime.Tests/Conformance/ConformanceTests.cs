using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace GitLabJira.LocalRuntime.Tests.Conformance;

/// <summary>
/// Everything that LocalRuntime declares in a Microsoft or Azure namespace is in the real packages with the same signature, and of a name that it
/// declares it declares all overloads: otherwise a call would bind differently here than in Azure.
/// </summary>
[TestClass]
public sealed class ConformanceTests
{
    private static readonly string[] Real = [.. new[] { "worker.txt", "durable.txt", "keyvault.txt" }.SelectMany(Lines)];

    private static readonly LeftOut[] LeftOut =
    [
        .. from line in Lines("left-out.txt")
           where line.Length > 0 && !line.StartsWith('#')
           let fields = line.Split(" | ")
           select new LeftOut(fields[0], fields[1], fields[2]),
    ];

    private static readonly SignatureList Declared = SignatureRenderer.Render(
        from type in typeof(FunctionAttribute).Assembly.GetTypes()
        where type.IsVisible && type.Namespace is { } space && (space.StartsWith("Microsoft.", StringComparison.Ordinal) || space.StartsWith("Azure.", StringComparison.Ordinal))
        select type);

    public static IEnumerable<string> EveryLine => Real.Where(l => l.Length > 0 && !l.StartsWith('#') && !LeftOut.Any(o => IsOf(o, l)));

    [TestMethod]
    public void Declares_what_the_real_packages_have_and_nothing_else()
    {
        var differences = Conformity.Differences(SignatureList.Parse(Real), Declared, LeftOut);

        Assert.IsEmpty(differences, string.Join(Environment.NewLine, differences));
    }

    [TestMethod]
    public void Gives_a_reason_for_each_name_that_is_left_out() =>
        Assert.IsTrue(LeftOut.All(l => l.Reason.Length > 20), "A reason is a sentence.");

    [TestMethod]
    public void Notices_each_line_that_the_list_would_lose()
    {
        foreach (var line in EveryLine)
        {
            var without = SignatureList.Parse(Real.Where(l => l != line));

            var differences = Conformity.Differences(without, Declared, LeftOut);

            Assert.IsNotEmpty(differences, line);
        }
    }

    [TestMethod]
    public void Notices_each_line_that_the_list_would_gain()
    {
        foreach (var line in EveryLine.Where(l => l.Contains('(', StringComparison.Ordinal)))
        {
            var overload = line.Insert(line.LastIndexOf('(') + 1, "int another, ");
            var more = SignatureList.Parse([.. Real, overload]);

            var differences = Conformity.Differences(more, Declared, LeftOut);

            Assert.IsNotEmpty(differences, overload);
        }
    }

    [TestMethod]
    [DataRow("bool preserveUnprocessedEvents = true", "bool preserveUnprocessedEvents = false", DisplayName = "default value")]
    [DataRow("public virtual Task CreateTimer(", "public abstract Task CreateTimer(", DisplayName = "virtual")]
    [DataRow("string? reason = null", "string? cause = null", DisplayName = "parameter name")]
    [DataRow("public string? InstanceId { get; init; }", "public string? InstanceId { get; set; }", DisplayName = "accessor")]
    [DataRow("public string? InstanceId { get; init; }", "public string InstanceId { get; init; }", DisplayName = "nullability")]
    [DataRow("Suspended = 7", "Suspended = 8", DisplayName = "enum value")]
    [DataRow("[AttributeUsage(Parameter)]", "[AttributeUsage(Method)]", DisplayName = "attribute usage")]
    [DataRow("sealed class : Microsoft.Azure.Functions.Worker.RetryAttribute", "class : Microsoft.Azure.Functions.Worker.RetryAttribute", DisplayName = "sealed")]
    [DataRow("class : Azure.Core.ClientOptions", "class", DisplayName = "base class")]
    [DataRow(", IAsyncDisposable", "", DisplayName = "interface")]
    [DataRow(" where T : class, ", " where T : ", DisplayName = "constraint")]
    public void Notices_a_changed(string here, string instead)
    {
        Assert.Contains(l => l.Contains(here, StringComparison.Ordinal), Real);
        var altered = SignatureList.Parse(Real.Select(l => l.Replace(here, instead, StringComparison.Ordinal)));

        var differences = Conformity.Differences(altered, Declared, LeftOut);

        Assert.IsNotEmpty(differences);
    }

    [TestMethod]
    public void Notices_half_an_overload_set_of_a_name_that_is_left_out()
    {
        var leftOut = new LeftOut("Microsoft.DurableTask.Client.DurableTaskClient", "RaiseEventAsync", "only to see whether it bites");

        var differences = Conformity.Differences(SignatureList.Parse(Real), Declared, [.. LeftOut, leftOut]);

        Assert.HasCount(2, differences);
    }

    private static bool IsOf(LeftOut leftOut, string line) =>
        line.StartsWith(leftOut.Type + " | ", StringComparison.Ordinal) && Conformity.MemberName(line[(leftOut.Type.Length + 3)..]) == leftOut.Member;

    private static IEnumerable<string> Lines(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Conformance." + name)!;
        using var reader = new StreamReader(stream);

        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }
    }
}
