namespace Playground.Demo.Chromium.Tests.Arena;

/// <summary>
/// What the canvases of pages really show: where the players' names are drawn, which move with their bodies. Together with the moment of a key press,
/// read inside the browser, it says how long a press takes to be seen elsewhere. Times are of the wall clock, so those of two tabs compare.
/// </summary>
internal static class DrawnNames
{
    /// <summary>For every page of a context, before its own scripts.</summary>
    public const string Script =
        """
        {
          const places = new Map();
          const { fillText } = CanvasRenderingContext2D.prototype;
          CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
            const place = places.get(text) ?? { frames: 0 };
            places.set(text, place);
            if (place.x === x && place.y === y) place.frames++;
            else {
              Object.assign(place, { x, y, frames: 0 });
              // It is on the screen when the next frame begins.
              if (text === names.watched) requestAnimationFrame(() => { names.movedAt ??= performance.timeOrigin + performance.now(); });
            }
            fillText.call(this, text, x, y);
          };
          const names = globalThis.drawnNames = {
            isDrawn: (text) => places.has(text),
            stands: (text) => (places.get(text)?.frames ?? 0) > 12,
            watch: (text) => Object.assign(names, { watched: text, movedAt: undefined }),
            listen: () => {
              names.pressedAt = undefined;
              addEventListener('keydown', (event) => { names.pressedAt = performance.timeOrigin + event.timeStamp; }, { capture: true, once: true });
            },
          };
        }
        """;

    /// <summary>Waits until a name is drawn.</summary>
    public static Task IsDrawnAsync(ArenaTab tab, string name) => tab.Page.WaitForFunctionAsync("(name) => drawnNames.isDrawn(name)", name);

    /// <summary>The time from a key press in one tab to the picture of another in which that player has moved, in milliseconds.</summary>
    public static async Task<double> PressAsync(ArenaTab player, string name, string key, ArenaTab watcher)
    {
        await watcher.Page.WaitForFunctionAsync("(name) => drawnNames.stands(name)", name);
        await watcher.Page.EvaluateAsync("(name) => drawnNames.watch(name)", name);
        await player.Page.EvaluateAsync("() => drawnNames.listen()");
        await player.Page.Keyboard.DownAsync(key);
        var moved = await watcher.Page.WaitForFunctionAsync("() => drawnNames.movedAt");
        var pressed = await player.Page.WaitForFunctionAsync("() => drawnNames.pressedAt");
        await player.Page.Keyboard.UpAsync(key);
        return await moved.JsonValueAsync<double>() - await pressed.JsonValueAsync<double>();
    }
}
