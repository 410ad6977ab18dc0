using System.ComponentModel.DataAnnotations;

namespace GitLabJira.Functions.GitLab.Links;

/// <summary>How often links are reconciled, and how long their hooks keep a secret.</summary>
public sealed class ReconcileOptions : IValidatableObject
{
    public const string Section = "Reconcile";

    /// <summary>Between two looks at a link where something happens.</summary>
    public TimeSpan Shortest { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Between two looks at a link where nothing happens for long.</summary>
    public TimeSpan Longest { get; set; } = TimeSpan.FromHours(6);

    /// <summary>Age at which the secret of a link's hooks is replaced.</summary>
    public TimeSpan HookSecretLife { get; set; } = TimeSpan.FromDays(90);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Shortest < TimeSpan.FromMinutes(1))
        {
            yield return new ValidationResult("must be a minute or more.", [nameof(Shortest)]);
        }

        if (Longest < Shortest || Longest > TimeSpan.FromDays(1))
        {
            yield return new ValidationResult("must be no shorter than Reconcile:Shortest and a day at most.", [nameof(Longest)]);
        }

        if (HookSecretLife < TimeSpan.FromDays(1))
        {
            yield return new ValidationResult("must be a day or more.", [nameof(HookSecretLife)]);
        }
    }

    /// <summary>The gap doubles with each look that finds nothing new, from the second one on.</summary>
    /// <param name="quiet">How many looks in a row found nothing new.</param>
    public TimeSpan After(int quiet)
    {
        var gap = Shortest * Math.Pow(2, Math.Clamp(quiet - 1, 0, 20));
        return gap < Longest ? gap : Longest;
    }
}
