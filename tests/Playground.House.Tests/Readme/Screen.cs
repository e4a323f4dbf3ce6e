using System.Text;

namespace Playground.House.Tests.Readme;

/// <summary>The console of a snippet that runs inside the test: hands over its first line, holds it until Enter is pressed.</summary>
internal sealed class Screen : TextWriter
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly TextWriter _output = Console.Out;
    private readonly TextReader _input = Console.In;
    private readonly StringBuilder _line = new();
    private readonly TaskCompletionSource<string> _firstLine = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Keyboard _keyboard = new();

    public Screen()
    {
        Console.SetOut(this);
        Console.SetIn(_keyboard);
    }

    public Task<string> FirstLine => _firstLine.Task;

    public override Encoding Encoding => Encoding.UTF8;

    public void PressEnter() => _keyboard.Pressed.Set();

    public override void Write(char value)
    {
        if (value == '\n') _firstLine.TrySetResult(_line.ToString().TrimEnd());
        else _line.Append(value);
    }

    protected override void Dispose(bool disposing)
    {
        Console.SetOut(_output);
        Console.SetIn(_input);
        base.Dispose(disposing);
    }

    private sealed class Keyboard : TextReader
    {
        public ManualResetEventSlim Pressed { get; } = new();

        public override string? ReadLine()
        {
            Pressed.Wait();
            return string.Empty;
        }
    }
}
