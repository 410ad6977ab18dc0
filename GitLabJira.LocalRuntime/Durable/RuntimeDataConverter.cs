using System.Diagnostics.CodeAnalysis;
using Azure.Core.Serialization;
using Microsoft.DurableTask;

namespace GitLabJira.LocalRuntime.Durable;

/// <summary>Inputs and outputs by <c>WorkerOptions.Serializer</c>, as the real worker extension makes them.</summary>
internal sealed class RuntimeDataConverter(ObjectSerializer serializer) : DataConverter
{
    [return: NotNullIfNotNull(nameof(value))]
    public override string? Serialize(object? value) => value is null ? null : serializer.Serialize(value, value.GetType(), CancellationToken.None).ToString();

    [return: NotNullIfNotNull(nameof(data))]
    public override object? Deserialize(string? data, Type targetType) =>
        data is null ? null : serializer.Deserialize(BinaryData.FromString(data).ToStream(), targetType, CancellationToken.None)!;
}
