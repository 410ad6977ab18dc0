using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace GitLabJira.Sandbox.Jira.Checks;

/// <summary>What a JSON value must look like. Rules are data, so that each API's limits can be read beside the reference.</summary>
public abstract partial class Rule
{
    public static readonly Rule Flag = new BooleanRule();
    public static readonly Rule Timestamp = new TextRule(64, text => TimestampPattern().IsMatch(text) ? null : "must be an ISO 8601 date and time with a zone");
    public static readonly Rule Anything = new AnyRule();

    public abstract void Check(JsonElement value, string path, Findings findings);

    /// <summary>A string of at most <paramref name="max"/> UTF-16 units, which is how Jira counts.</summary>
    public static Rule Text(int max = int.MaxValue) => new TextRule(max, null);

    public static Rule Text(int max, Regex pattern, string complaint) => new TextRule(max, text => pattern.IsMatch(text) ? null : complaint);

    public static Rule Url(int max = 2000) => new TextRule(max, text => IsWebAddress(text) ? null : "must be an absolute http or https URL");

    public static Rule OneOf(params string[] values) =>
        new TextRule(int.MaxValue, text => values.Contains(text, StringComparer.Ordinal) ? null : $"must be one of {string.Join(", ", values)}");

    public static Rule Integer(long min = long.MinValue, long max = long.MaxValue) => new IntegerRule(min, max);

    public static Rule Number(double min, double max) => new NumberRule(min, max);

    public static Rule List(Rule item, int min, int max, bool distinct = false) => new ListRule(item, min, max, distinct);

    public static Rule Map(Rule value) => new MapRule(value);

    public static Shape Object(params Field[] fields) => new(fields);

    private static bool IsWebAddress(string text) =>
        !text.Any(c => c <= ' ' || c is '<' or '>' or '"' or '\\' or '^' or '`' or '{' or '|' or '}' or > '~')
        && Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0;

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}([.,]\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})\z")]
    private static partial Regex TimestampPattern();

    private sealed class TextRule(int max, Func<string, string?>? complaint) : Rule
    {
        public override void Check(JsonElement value, string path, Findings findings)
        {
            if (value.ValueKind is not JsonValueKind.String)
            {
                findings.Malformed.Add($"{path} must be a string.");
                return;
            }

            var text = value.GetString()!;
            if (text.Length > max)
            {
                findings.Invalid.Add(string.Create(CultureInfo.InvariantCulture, $"{path} has {text.Length} characters, at most {max} are allowed."));
            }
            else if (complaint?.Invoke(text) is { } problem)
            {
                findings.Invalid.Add($"{path} {problem}.");
            }
        }
    }

    private sealed class BooleanRule : Rule
    {
        public override void Check(JsonElement value, string path, Findings findings)
        {
            if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            {
                findings.Malformed.Add($"{path} must be true or false.");
            }
        }
    }

    private sealed class IntegerRule(long min, long max) : Rule
    {
        public override void Check(JsonElement value, string path, Findings findings)
        {
            if (value.ValueKind is not JsonValueKind.Number || !value.TryGetInt64(out var number))
            {
                findings.Malformed.Add($"{path} must be an integer.");
            }
            else if (number < min || number > max)
            {
                findings.Invalid.Add(string.Create(CultureInfo.InvariantCulture, $"{path} must be from {min} to {max}."));
            }
        }
    }

    private sealed class NumberRule(double min, double max) : Rule
    {
        public override void Check(JsonElement value, string path, Findings findings)
        {
            if (value.ValueKind is not JsonValueKind.Number)
            {
                findings.Malformed.Add($"{path} must be a number.");
            }
            else if (value.GetDouble() < min || value.GetDouble() > max)
            {
                findings.Invalid.Add(string.Create(CultureInfo.InvariantCulture, $"{path} must be from {min} to {max}."));
            }
        }
    }

    private sealed class ListRule(Rule item, int min, int max, bool distinct) : Rule
    {
        public override void Check(JsonElement value, string path, Findings findings)
        {
            if (value.ValueKind is not JsonValueKind.Array)
            {
                findings.Malformed.Add($"{path} must be an array.");
                return;
            }

            var count = value.GetArrayLength();
            if (count < min || count > max)
            {
                findings.Invalid.Add(string.Create(CultureInfo.InvariantCulture, $"{path} has {count} entries, from {min} to {max} are allowed."));
            }

            if (distinct && value.EnumerateArray().Select(e => e.GetRawText()).Distinct(StringComparer.Ordinal).Count() != count)
            {
                findings.Invalid.Add($"{path} must not contain an entry twice.");
            }

            foreach (var (element, index) in value.EnumerateArray().Select((e, i) => (e, i)))
            {
                item.Check(element, string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]"), findings);
            }
        }
    }

    private sealed class MapRule(Rule each) : Rule
    {
        public override void Check(JsonElement value, string path, Findings findings)
        {
            if (value.ValueKind is not JsonValueKind.Object)
            {
                findings.Malformed.Add($"{path} must be an object.");
                return;
            }

            foreach (var entry in value.EnumerateObject())
            {
                each.Check(entry.Value, $"{path}.{entry.Name}", findings);
            }
        }
    }

    private sealed class AnyRule : Rule
    {
        public override void Check(JsonElement value, string path, Findings findings)
        {
        }
    }
}
