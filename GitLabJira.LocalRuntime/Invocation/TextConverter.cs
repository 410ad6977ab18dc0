using System.Globalization;
using System.Text;
using Azure.Core.Serialization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace GitLabJira.LocalRuntime.Invocation;

/// <summary>Turns what a trigger brought into a parameter's type, by the rules of the real worker's converters.</summary>
public sealed class TextConverter(IOptions<WorkerOptions> options)
{
    internal ObjectSerializer Serializer => options.Value.Serializer!;

    /// <exception cref="Exception">Whatever the conversion throws.</exception>
    internal object? Convert(object value, Type type)
    {
        if (type.IsInstanceOfType(value))
        {
            return value;
        }

        var target = Nullable.GetUnderlyingType(type) ?? type;

        return value switch
        {
            _ when target.IsInstanceOfType(value) => value,
            BinaryData data => Convert(data.ToMemory(), target),
            byte[] bytes => Convert(new ReadOnlyMemory<byte>(bytes), target),
            ReadOnlyMemory<byte> bytes => FromBytes(bytes, target),
            string text => FromText(text, target),
            DateTimeOffset time => FromText(time.ToString("O", CultureInfo.InvariantCulture), target),
            IFormattable number => FromText(number.ToString(format: null, CultureInfo.InvariantCulture), target),
            _ => FromText(value.ToString() ?? string.Empty, target),
        };
    }

    private object? FromBytes(ReadOnlyMemory<byte> bytes, Type target) => target switch
    {
        _ when target == typeof(byte[]) => bytes.ToArray(),
        _ when target == typeof(ReadOnlyMemory<byte>) => bytes,
        _ when target == typeof(BinaryData) => new BinaryData(bytes),
        _ => FromText(Encoding.UTF8.GetString(bytes.Span), target),
    };

    private object? FromText(string text, Type target) => target switch
    {
        _ when target == typeof(string) => text,
        _ when target == typeof(byte[]) => Encoding.UTF8.GetBytes(text),
        _ when target == typeof(ReadOnlyMemory<byte>) => new ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes(text)),
        _ when target == typeof(BinaryData) => new BinaryData(text),
        _ when target == typeof(Guid) => Guid.Parse(text, CultureInfo.InvariantCulture),
        _ when target == typeof(DateTime) => DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind),
        _ when target == typeof(DateTimeOffset) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind),
        _ => Serializer.Deserialize(new MemoryStream(Encoding.UTF8.GetBytes(text)), target, CancellationToken.None),
    };
}
