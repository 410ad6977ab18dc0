using System.Reflection;
using System.Runtime.CompilerServices;

namespace GitLabJira.LocalRuntime.Tests.Conformance;

/// <summary>Writes the public and protected surface of an assembly in the notation of the signature lists.</summary>
internal static class SignatureRenderer
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static SignatureList Render(IEnumerable<Type> types)
    {
        var list = new SignatureList();

        foreach (var type in types)
        {
            foreach (var signature in Signatures(type))
            {
                list.Add(TypeNames.Declaring(type), signature);
            }
        }

        return list;
    }

    private static IEnumerable<string> Signatures(Type type)
    {
        if (type.IsEnum)
        {
            return [TypeHeader.Of(type), .. Enum.GetNames(type).Select(n => $"{n} = {Convert.ToInt64(Enum.Parse(type, n), provider: null)}")];
        }

        if (type.IsSubclassOf(typeof(Delegate)))
        {
            var invoke = type.GetMethod("Invoke")!;
            return [$"delegate {TypeNames.Of(invoke.ReturnParameter)} {type.Name}({Parameters(invoke)})"];
        }

        return
        [
            TypeHeader.Of(type),
            .. type.GetConstructors(Declared).Where(Visible).Select(c => $"{Access(c)} {TypeNames.Simple(type)}({Parameters(c)}){Obsolete(c)}"),
            .. type.GetProperties(Declared).Where(p => p.GetAccessors(nonPublic: true).Any(Visible)).Select(Property),
            .. type.GetFields(Declared).Where(f => f.IsPublic || f.IsFamily || f.IsFamilyOrAssembly).Select(Field),
            .. type.GetMethods(Declared).Where(Visible).Where(IsWritten).Select(Method),
        ];
    }

    private static bool Visible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    // Accessors stand with their property; what only the compiler names is nobody's to call.
    private static bool IsWritten(MethodInfo method) =>
        !(method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal)) && !method.Name.Contains('<', StringComparison.Ordinal);

    private static string Property(PropertyInfo property)
    {
        var accessor = property.GetAccessors(nonPublic: true).First(Visible);
        var get = property.GetMethod is { } getter && Visible(getter) ? " get;" : "";
        var set = property.SetMethod is { } setter && Visible(setter) ? IsInit(setter) ? " init;" : " set;" : "";
        return $"{Modifiers(accessor)}{TypeNames.Of(property)} {property.Name} {{{get}{set} }}{Obsolete(property)}";
    }

    private static bool IsInit(MethodInfo setter) => setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    private static string Field(FieldInfo field)
    {
        var access = field.IsPublic ? "public" : "protected";

        return field.IsLiteral
            ? $"{access} const {TypeNames.Of(field)} {field.Name} = {Literal(field.GetRawConstantValue())}"
            : $"{access}{(field.IsStatic ? " static" : "")}{(field.IsInitOnly ? " readonly" : "")} {TypeNames.Of(field)} {field.Name}";
    }

    private static string Method(MethodInfo method)
    {
        var generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(a => a.Name))}>" : "";
        return $"{Modifiers(method)}{TypeNames.Of(method.ReturnParameter)} {method.Name}{generic}({Parameters(method)}){Constraints.Of(method)}{Obsolete(method)}";
    }

    private static string Modifiers(MethodInfo method)
    {
        if (method.DeclaringType!.IsInterface)
        {
            return " ";
        }

        var kind = method switch
        {
            { IsStatic: true } => " static",
            { IsAbstract: true } => " abstract",
            { IsVirtual: true, IsFinal: false } => method.GetBaseDefinition() == method ? " virtual" : " override",
            _ => "",
        };

        return $"{Access(method)}{kind} ";
    }

    private static string Access(MethodBase method) => method.IsPublic ? "public" : "protected";

    private static string Obsolete(MemberInfo member) => member.IsDefined(typeof(ObsoleteAttribute), inherit: false) ? " [Obsolete]" : "";

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(p =>
    {
        var prefix = p switch
        {
            { Position: 0 } when method.IsDefined(typeof(ExtensionAttribute), inherit: false) => "this ",
            { IsOut: true } => "out ",
            _ when p.IsDefined(typeof(ParamArrayAttribute), inherit: false) => "params ",
            _ => "",
        };

        return $"{prefix}{TypeNames.Of(p)} {p.Name}{Default(p)}";
    }));

    private static string Default(ParameterInfo parameter)
    {
        if (!parameter.HasDefaultValue)
        {
            return "";
        }

        var value = parameter.RawDefaultValue;

        return parameter.ParameterType switch
        {
            { IsEnum: true } type => $" = {type.Name}.{Enum.GetName(type, value!)}",
            { IsValueType: true } type when value is null && Nullable.GetUnderlyingType(type) is null => " = default",
            _ => $" = {Literal(value)}",
        };
    }

    private static string Literal(object? value) => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        string text => $"\"{text}\"",
        IFormattable number => number.ToString(format: null, System.Globalization.CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };
}
