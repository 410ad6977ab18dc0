using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace GitLabJira.Sandbox.Jira.Pages;

/// <summary>A piece of markup. Values that are interpolated into one are encoded, unless they are markup themselves.</summary>
internal readonly record struct Html(string Text)
{
    public static readonly Html None = new("");

    public static Html Of(Template template) => new(template.ToString());

    public static Html Join(IEnumerable<Html> parts) => new(string.Concat(parts.Select(p => p.Text)));

    public override string ToString() => Text;

    [InterpolatedStringHandler]
    public readonly struct Template
    {
        private readonly StringBuilder _text;

        public Template(int literalLength, int formattedCount) => _text = new(literalLength + (formattedCount * 16));

        public void AppendLiteral(string literal) => _text.Append(literal);

        public void AppendFormatted(Html markup) => _text.Append(markup.Text);

        public void AppendFormatted<T>(T value) => _text.Append(WebUtility.HtmlEncode(Convert.ToString(value, CultureInfo.InvariantCulture)));

        public override string ToString() => _text.ToString();
    }
}
