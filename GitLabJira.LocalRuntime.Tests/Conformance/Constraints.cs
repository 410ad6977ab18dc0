using System.Reflection;

namespace GitLabJira.LocalRuntime.Tests.Conformance;

/// <summary>The <c>where</c> clauses of a generic method.</summary>
internal static class Constraints
{
    public static string Of(MethodInfo method) => method.IsGenericMethod ? string.Concat(method.GetGenericArguments().Select(Of)) : "";

    private static string Of(Type parameter)
    {
        var attributes = parameter.GenericParameterAttributes;
        List<string> all = [];

        if (attributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
        {
            all.Add("class");
        }

        all.AddRange(parameter.GetGenericParameterConstraints().Select(TypeNames.Plain));
        return all.Count == 0 ? "" : $" where {parameter.Name} : {string.Join(", ", all)}";
    }
}
