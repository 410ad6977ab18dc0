using System.ComponentModel.DataAnnotations;

namespace GitLabJira.Functions.Storage;

/// <summary>Names in the storage account. Where the account is and how it is reached stands in <c>AzureWebJobsStorage</c>, as for the Functions host.</summary>
public sealed class StorageOptions
{
    public const string Section = "Storage";

    /// <summary>Put before each table name, so that two installations can share an account.</summary>
    [RegularExpression("^$|^[A-Za-z][A-Za-z0-9]{0,19}$", ErrorMessage = "must be at most 20 letters and digits and begin with a letter.")]
    public string TablePrefix { get; set; } = "";

    /// <summary>Holds the bodies of queue messages that do not fit into a message.</summary>
    [RegularExpression("^[a-z0-9](-?[a-z0-9]){2,49}$", ErrorMessage = "must be 3 to 50 lower case letters, digits and single hyphens.")]
    public string MessageContainer { get; set; } = "messages";
}
