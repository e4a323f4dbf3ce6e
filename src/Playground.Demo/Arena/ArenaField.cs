namespace Playground.Demo.Arena;

/// <summary>The arena's measures.</summary>
internal static class ArenaField
{
    public const float Width = 1600;
    public const float Height = 900;

    /// <summary>Units per second of a player at full speed.</summary>
    public const float PlayerSpeed = 240;

    public const float BotSpeedMin = 30;
    public const float BotSpeedMax = 150;
}
