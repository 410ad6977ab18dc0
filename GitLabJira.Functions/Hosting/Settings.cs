using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace GitLabJira.Functions.Hosting;

/// <summary>Binds a section of the settings and refuses to start with a wrong one, in a message that names the setting.</summary>
public static class Settings
{
    /// <summary>Binds <paramref name="section"/> and checks its annotations and its <see cref="IValidatableObject"/> rules at start.</summary>
    public static OptionsBuilder<T> AddSettings<T>(this IServiceCollection services, string section)
        where T : class
    {
        var options = services.AddOptions<T>().BindConfiguration(section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<T>>(new SettingsValidator<T>(section));
        return options;
    }

    private sealed class SettingsValidator<T>(string section) : IValidateOptions<T>
        where T : class
    {
        public ValidateOptionsResult Validate(string? name, T options)
        {
            var results = new List<ValidationResult>();

            if (Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true))
            {
                return ValidateOptionsResult.Success;
            }

            return ValidateOptionsResult.Fail(results.Select(result =>
            {
                var members = result.MemberNames.DefaultIfEmpty("*").Select(member => $"{section}:{member} (environment variable {section}__{member})");
                return $"Setting {string.Join(", ", members)}: {result.ErrorMessage}";
            }));
        }
    }
}
