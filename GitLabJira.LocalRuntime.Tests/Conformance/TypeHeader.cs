using System.Reflection;
using System.Runtime.CompilerServices;

namespace GitLabJira.LocalRuntime.Tests.Conformance;

/// <summary>The line of a type itself: its kind, base, interfaces and attribute usage.</summary>
internal static class TypeHeader
{
    public static string Of(Type type)
    {
        if (type.IsEnum)
        {
            return "enum";
        }

        return $"{Kind(type)}{Bases(type)}{Usage(type)}";
    }

    private static string Kind(Type type) => type switch
    {
        { IsInterface: true } => "interface",
        { IsValueType: true } => type.IsDefined(typeof(IsReadOnlyAttribute), inherit: false) ? "readonly struct" : "struct",
        _ when IsRecord(type) => $"{(type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "")}record",
        { IsAbstract: true, IsSealed: true } => "static class",
        { IsAbstract: true } => "abstract class",
        { IsSealed: true } => "sealed class",
        _ => "class",
    };

    private static bool IsRecord(Type type) => type.GetMethod("<Clone>$") is not null;

    private static string Bases(Type type)
    {
        var inherited = type.BaseType?.GetInterfaces() ?? [];
        // The compiler emits interfaces behind interfaces as well; the order is its own.
        var interfaces = type.GetInterfaces().Except(inherited).Select(TypeNames.Plain);
        var bases = type.BaseType is { } b && b != typeof(object) && b != typeof(ValueType) ? interfaces.Prepend(TypeNames.Plain(b)) : interfaces;
        var text = string.Join(", ", bases);
        return text.Length == 0 ? "" : " : " + text;
    }

    private static string Usage(Type type)
    {
        if (type.GetCustomAttributesData().FirstOrDefault(a => a.AttributeType == typeof(AttributeUsageAttribute)) is not { } usage)
        {
            return "";
        }

        var targets = (AttributeTargets)usage.ConstructorArguments[0].Value!;
        var named = string.Concat(usage.NamedArguments.Select(n => $", {n.MemberName}={n.TypedValue.Value}"));
        return $" [AttributeUsage({targets}{named})]";
    }
}
