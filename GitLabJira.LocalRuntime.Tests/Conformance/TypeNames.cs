using System.Reflection;

namespace GitLabJira.LocalRuntime.Tests.Conformance;

/// <summary>Type names as the lists have them: System types short, all others in full, nullable annotations where they can be read.</summary>
internal static class TypeNames
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(double)] = "double",
    };

    public static string Of(ParameterInfo parameter) => Annotated(new NullabilityInfoContext().Create(parameter), parameter.ParameterType);

    public static string Of(PropertyInfo property) => Annotated(new NullabilityInfoContext().Create(property), property.PropertyType);

    public static string Of(FieldInfo field) => Annotated(new NullabilityInfoContext().Create(field), field.FieldType);

    public static string Plain(Type type) => Render(type, annotation: null);

    /// <summary>The name in front of the bar: nested with a dot, generic with its parameters.</summary>
    public static string Declaring(Type type) => Plain(type);

    public static string Simple(Type type) => type.Name.Split('`')[0];

    private static string Annotated(NullabilityInfo info, Type type) => Render(type, info);

    private static string Render(Type type, NullabilityInfo? annotation)
    {
        if (type.IsByRef)
        {
            return Render(type.GetElementType()!, annotation);
        }

        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Plain(underlying) + "?";
        }

        // Whether an unconstrained type parameter "is nullable" depends on how the compiler packs its attributes, and means nothing to a caller.
        var mark = annotation?.ReadState is NullabilityState.Nullable && !type.IsValueType && !type.IsGenericParameter ? "?" : "";

        if (type.IsArray)
        {
            return Render(type.GetElementType()!, annotation?.ElementType) + "[]" + mark;
        }

        if (Keywords.TryGetValue(type, out var keyword))
        {
            return keyword + mark;
        }

        if (type.IsGenericParameter)
        {
            return type.Name;
        }

        var arguments = type.GetGenericArguments();
        var generic = arguments.Length == 0
            ? ""
            : $"<{string.Join(", ", arguments.Select((a, i) => Render(a, annotation?.GenericTypeArguments.ElementAtOrDefault(i))))}>";

        return Qualified(type) + generic + mark;
    }

    private static string Qualified(Type type)
    {
        var name = type.DeclaringType is { } outer ? $"{Qualified(outer)}.{Simple(type)}" : Simple(type);
        return type.DeclaringType is not null || type.Namespace is null or "System" || type.Namespace.StartsWith("System.", StringComparison.Ordinal) ? name : $"{type.Namespace}.{name}";
    }
}
