using System.Text.Json;

namespace GitLabJira.Functions.GitLab.Hooks;

/// <summary>Values out of a forward-only reader. A value of another type than expected counts as missing: bodies differ between versions.</summary>
internal static class HookJson
{
    /// <summary>Steps to the next property of the object that the reader is in.</summary>
    /// <returns>False at the object's end.</returns>
    public static bool NextProperty(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType == JsonTokenType.PropertyName;

    public static string? Text(ref Utf8JsonReader reader)
    {
        reader.Read();

        if (reader.TokenType == JsonTokenType.String)
        {
            return reader.GetString();
        }

        reader.Skip();
        return null;
    }

    public static long? Number(ref Utf8JsonReader reader)
    {
        reader.Read();

        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number))
        {
            return number;
        }

        reader.Skip();
        return null;
    }

    public static double? Amount(ref Utf8JsonReader reader)
    {
        reader.Read();

        if (reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var amount))
        {
            return amount;
        }

        reader.Skip();
        return null;
    }

    public static bool Flag(ref Utf8JsonReader reader)
    {
        reader.Read();
        var flag = reader.TokenType == JsonTokenType.True;
        reader.Skip();
        return flag;
    }

    /// <summary>Steps into an object.</summary>
    /// <returns>False when the value is something else, which is then behind the reader.</returns>
    public static bool Object(ref Utf8JsonReader reader) => Enter(ref reader, JsonTokenType.StartObject);

    /// <summary>Steps into an array.</summary>
    /// <returns>False when the value is something else, which is then behind the reader.</returns>
    public static bool Array(ref Utf8JsonReader reader) => Enter(ref reader, JsonTokenType.StartArray);

    /// <summary>Steps to the next object of the array that the reader is in, over everything else.</summary>
    /// <returns>False at the array's end.</returns>
    public static bool NextObject(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }

    private static bool Enter(ref Utf8JsonReader reader, JsonTokenType start)
    {
        reader.Read();

        if (reader.TokenType == start)
        {
            return true;
        }

        reader.Skip();
        return false;
    }
}
