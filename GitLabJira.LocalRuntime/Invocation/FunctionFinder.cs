using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace GitLabJira.LocalRuntime.Invocation;

/// <summary>Finds the functions of an app and refuses what the real build tools or the real host refuse.</summary>
internal static class FunctionFinder
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <exception cref="FunctionDefinitionException">With all that is wrong, a line each.</exception>
    public static FunctionCatalog Find(Assembly assembly, IReadOnlyList<Type>? only = null)
    {
        var methods =
            from type in only ?? assembly.GetTypes()
            from method in type.GetMethods(Declared)
            let function = method.GetCustomAttribute<FunctionAttribute>()
            where function is not null
            select (method, function.Name);

        List<string> problems = [];
        List<FunctionDescriptor> functions = [];

        foreach (var (method, name) in methods)
        {
            var found = FunctionRules.Problems(method, name).ToList();
            problems.AddRange(found.Select(p => $"Function '{name}' ({method.DeclaringType}.{method.Name}): {p}"));

            if (found.Count == 0)
            {
                functions.Add(Describe(method, name));
            }
        }

        problems.AddRange(functions
            .GroupBy(f => f.Name, StringComparer.OrdinalIgnoreCase)
            .Where(g => g.Count() > 1)
            .Select(g => $"Function '{g.Key}' is there {g.Count()} times: names are unique, whatever their case."));

        return problems.Count == 0 ? new(functions) : throw new FunctionDefinitionException(problems);
    }

    private static FunctionDescriptor Describe(MethodInfo method, string name)
    {
        var parameter = method.GetParameters().Single(p => p.GetCustomAttribute<TriggerBindingAttribute>() is not null);
        var trigger = parameter.GetCustomAttribute<TriggerBindingAttribute>()!;

        return new(name, method, parameter, trigger, method.GetCustomAttribute<RetryAttribute>(), new LocalFunctionDefinition(method, name));
    }
}
