using System.Collections.Immutable;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace GitLabJira.LocalRuntime.Invocation;

internal sealed class LocalFunctionDefinition : FunctionDefinition
{
    public LocalFunctionDefinition(MethodInfo method, string name)
    {
        Name = name;
        EntryPoint = $"{method.DeclaringType!.FullName}.{method.Name}";
        PathToAssembly = method.Module.Assembly.Location;
        Id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{name}|{EntryPoint}")))[..16];
        Parameters = [.. method.GetParameters().Select(p => new FunctionParameter(p.Name!, p.ParameterType, p.HasDefaultValue, p.HasDefaultValue ? p.DefaultValue : null))];

        var bindings = method.GetParameters()
            .Select(p => (Parameter: p.Name!, Attribute: p.GetCustomAttribute<BindingAttribute>()))
            .Where(b => b.Attribute is not null)
            .ToImmutableDictionary(b => b.Parameter, b => (BindingMetadata)new Binding(b.Parameter, TypeName(b.Attribute!), BindingDirection.In), StringComparer.Ordinal);

        InputBindings = bindings;
        OutputBindings = method.GetParameters().Any(p => p.GetCustomAttribute<HttpTriggerAttribute>() is not null)
            ? ImmutableDictionary<string, BindingMetadata>.Empty.Add("$return", new Binding("$return", "http", BindingDirection.Out))
            : ImmutableDictionary<string, BindingMetadata>.Empty;
    }

    public override ImmutableArray<FunctionParameter> Parameters { get; }

    public override string PathToAssembly { get; }

    public override string EntryPoint { get; }

    public override string Id { get; }

    public override string Name { get; }

    public override IImmutableDictionary<string, BindingMetadata> InputBindings { get; }

    public override IImmutableDictionary<string, BindingMetadata> OutputBindings { get; }

    // As the metadata generator names them: HttpTriggerAttribute is httpTrigger.
    private static string TypeName(BindingAttribute attribute)
    {
        var name = attribute.GetType().Name[..^nameof(Attribute).Length];
        return char.ToLowerInvariant(name[0]) + name[1..];
    }

    private sealed class Binding(string name, string type, BindingDirection direction) : BindingMetadata
    {
        public override string Name => name;

        public override string Type => type;

        public override BindingDirection Direction => direction;
    }
}
