using System.ComponentModel.DataAnnotations;

namespace GitLabJira.Functions.Hosting;

/// <summary>Where the app itself is reached. Absolute URLs and token audiences come from here, never from a request (the host shows its own scheme and address).</summary>
public sealed class AppOptions
{
    public const string Section = "App";

    /// <summary>Public address without a trailing slash, for example <c>https://gitlabjira.example.com</c>.</summary>
    [Required]
    public Uri BaseUrl { get; set; } = null!;
}
