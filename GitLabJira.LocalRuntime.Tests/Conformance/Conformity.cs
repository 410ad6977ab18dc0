namespace GitLabJira.LocalRuntime.Tests.Conformance;

/// <summary>A member name that is left out on purpose, with all its overloads.</summary>
internal sealed record LeftOut(string Type, string Member, string Reason);

/// <summary>Compares what is declared with what the real packages have, both ways.</summary>
internal static class Conformity
{
    public static IReadOnlyList<string> Differences(SignatureList real, SignatureList declared, IReadOnlyList<LeftOut> leftOut)
    {
        List<string> differences = [];

        foreach (var type in declared.Types)
        {
            var expected = real.Of(type);

            if (expected.Count == 0)
            {
                differences.Add($"{type}: the real packages have no such type.");
                continue;
            }

            var absent = leftOut.Where(l => l.Type == type).Select(l => l.Member).ToHashSet();
            var missing = expected.Except(declared.Of(type)).Where(s => !absent.Contains(MemberName(s)));
            var extra = declared.Of(type).Except(expected);
            // A left-out name must be out altogether: half an overload set binds differently.
            var partial = declared.Of(type).Where(s => absent.Contains(MemberName(s)));

            differences.AddRange(missing.Select(s => $"{type}: missing '{s}'."));
            differences.AddRange(extra.Select(s => $"{type}: the real type has no '{s}'."));
            differences.AddRange(partial.Select(s => $"{type}: '{s}' is declared though its name is on the list of what is left out."));
        }

        differences.AddRange(real.Types.Except(declared.Types).Select(t => $"{t}: listed but not declared."));
        differences.AddRange(leftOut
            .Where(l => !real.Of(l.Type).Any(s => MemberName(s) == l.Member))
            .Select(l => $"{l.Type}: '{l.Member}' is left out, but the real type has no such member."));

        return differences;
    }

    /// <summary>The word before the parameters, or before the accessors, or before the value of a field.</summary>
    public static string MemberName(string signature)
    {
        var end = signature.AsSpan().IndexOfAny("({=;");
        var head = (end < 0 ? signature : signature[..end]).TrimEnd();
        var generic = head.EndsWith('>') ? head.LastIndexOf('<') : head.Length;
        return head[..generic].Split(' ')[^1];
    }
}
