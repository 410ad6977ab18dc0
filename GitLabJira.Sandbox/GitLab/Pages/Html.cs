using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;

namespace GitLabJira.Sandbox.GitLab.Pages;

/// <summary>A piece of HTML. What is put into an interpolated string is encoded unless it is HTML itself, so nobody can forget it.</summary>
[InterpolatedStringHandler]
internal sealed class Html
{
    private readonly StringBuilder _text;

    public Html(int literalLength, int formattedCount) => _text = new StringBuilder(literalLength + (formattedCount * 16));

    public static Html Empty => $"";

    public void AppendLiteral(string text) => _text.Append(text);

    public void AppendFormatted(Html? html) => _text.Append(html?._text);

    public void AppendFormatted(IEnumerable<Html> parts)
    {
        foreach (var part in parts)
        {
            _text.Append(part._text);
        }
    }

    public void AppendFormatted<T>(T value) => _text.Append(HtmlEncoder.Default.Encode(Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""));

    public override string ToString() => _text.ToString();
}
