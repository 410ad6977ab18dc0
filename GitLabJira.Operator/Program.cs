using GitLabJira.Operator;
using Spectre.Console;

using var stop = new CancellationTokenSource();

Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};

try
{
    var settings = AppSettings.Read(Environment.GetEnvironmentVariable(AppSettings.FileVariable));
    return await OperatorTool.RunAsync(args, settings, TimeProvider.System, AnsiConsole.Console, stop.Token);
}
catch (InvalidDataException unreadable)
{
    return OperatorTool.Refuse(AnsiConsole.Console, unreadable.Message);
}
