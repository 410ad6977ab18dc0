namespace GitLabJira.LocalRuntime.Invocation;

/// <summary>Awaits what a function's method returned, by the type that it declares.</summary>
internal static class MethodResult
{
    /// <returns>Null for void, <see cref="Task"/> and <see cref="ValueTask"/>.</returns>
    public static async Task<object?> UnwrapAsync(object? returned, Type declared)
    {
        if (returned is ValueTask plain)
        {
            await plain;
            return null;
        }

        var generic = declared.IsGenericType ? declared.GetGenericTypeDefinition() : null;

        if (generic == typeof(ValueTask<>))
        {
            returned = declared.GetMethod(nameof(ValueTask<>.AsTask))!.Invoke(returned, parameters: null);
        }

        if (returned is not Task task)
        {
            return returned;
        }

        await task;
        return generic is null ? null : task.GetType().GetProperty(nameof(Task<>.Result))!.GetValue(task);
    }
}
