using System.ComponentModel.DataAnnotations;
using System.Reflection;
using GitLabJira.Functions.Storage;

namespace GitLabJira.Functions.Tests.Infrastructure;

/// <summary>The settings of the app as environment variables, read from its options classes: those with a constant <c>Section</c>.</summary>
internal static class SettingNames
{
    private static readonly IReadOnlyList<(string Section, PropertyInfo Property)> Options =
    [
        .. typeof(AppRegistration).Assembly.GetTypes()
            .Select(type => (Type: type, Section: type.GetField("Section", BindingFlags.Public | BindingFlags.Static)?.GetRawConstantValue() as string))
            .Where(options => options.Section is not null)
            .SelectMany(options => options.Type.GetProperties().Where(IsSetting).Select(property => (options.Section!, property))),
    ];

    /// <summary>All, with <c>__0</c> at the end of lists.</summary>
    public static IReadOnlyList<string> All { get; } =
        [.. Options.Select(option => option.Property.DeclaringType == typeof(StorageAccountOptions) && option.Property.Name == nameof(StorageAccountOptions.ConnectionString)
            ? StorageAccountOptions.Section
            : $"{option.Section}__{option.Property.Name}{(IsList(option.Property) ? "__0" : "")}")];

    /// <summary>Those without which the app does not start, in Azure and elsewhere.</summary>
    public static IReadOnlyList<string> WithoutDefault { get; } =
        [.. Options.Where(option => option.Property.GetCustomAttribute<RequiredAttribute>() is not null && IsEmpty(option.Property)).Select(option => $"{option.Section}__{option.Property.Name}")];

    /// <summary>Names of settings do not depend on case.</summary>
    public static bool IsKnown(string name) => All.Contains(name, StringComparer.OrdinalIgnoreCase);

    private static bool IsList(PropertyInfo property) => property.PropertyType.IsGenericType && property.PropertyType.GetGenericTypeDefinition() == typeof(IList<>);

    private static bool IsSetting(PropertyInfo property) => property.SetMethod is { IsPublic: true } || IsList(property);

    private static bool IsEmpty(PropertyInfo property) => property.GetValue(Activator.CreateInstance(property.DeclaringType!)) is null or "";
}
