namespace GitLabJira.LocalRuntime.Tests.Conformance;

/// <summary>Signatures by type, one a line: <c>Full.Type.Name | signature</c>, as in the files of this folder.</summary>
internal sealed class SignatureList
{
    private readonly Dictionary<string, HashSet<string>> _byType = new(StringComparer.Ordinal);

    public IEnumerable<string> Types => _byType.Keys;

    public static SignatureList Parse(IEnumerable<string> lines)
    {
        var list = new SignatureList();

        foreach (var line in lines.Where(l => l.Length > 0 && !l.StartsWith('#')))
        {
            var separator = line.IndexOf(" | ", StringComparison.Ordinal);
            list.Add(line[..separator], line[(separator + 3)..]);
        }

        return list;
    }

    public void Add(string type, string signature)
    {
        if (!_byType.TryGetValue(type, out var signatures))
        {
            _byType[type] = signatures = new(StringComparer.Ordinal);
        }

        if (!signatures.Add(signature))
        {
            throw new InvalidOperationException($"{type} has '{signature}' twice.");
        }
    }

    public IReadOnlySet<string> Of(string type) => _byType.TryGetValue(type, out var signatures) ? signatures : new HashSet<string>();
}
