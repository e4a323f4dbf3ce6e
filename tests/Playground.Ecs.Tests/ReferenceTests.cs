using System.Runtime.CompilerServices;

namespace Playground.Ecs.Tests;

/// <summary>What an entity no longer has, the world does not keep alive.</summary>
[Category(EmbeddedOnly)]
[Description("Arch leaves old values in the rows behind the last entity.")]
public class ReferenceTests : WorldTestBase
{
    private static readonly QueryDescription Labels = new QueryDescription().WithAll<Label>();

    [Test]
    public void After_destroy() => ExpectCollected(entity => World.Destroy(entity));

    [Test]
    public void After_destroy_of_all() => ExpectCollected(_ => World.Destroy(Labels));

    [Test]
    public void After_remove() => ExpectCollected(entity => World.Remove<Label>(entity));

    [Test]
    public void After_remove_from_all() => ExpectCollected(_ => World.Remove<Label>(Labels));

    [Test]
    public void After_a_move_and_destroy() => ExpectCollected(entity =>
    {
        World.Add(entity, default(Health));
        World.Destroy(entity);
    });

    [Test]
    public void After_playback()
    {
        var commands = new CommandBuffer();
        ExpectCollected(entity =>
        {
            commands.Add(entity, World.Get<Label>(entity));
            commands.Playback(World);
            World.Destroy(entity);
        });
        GC.KeepAlive(commands);
    }

    private void ExpectCollected(Action<Entity> end)
    {
        var reference = CreateAndEnd(end);

        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        Assert.That(reference.IsAlive, Is.False);
        GC.KeepAlive(World);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference CreateAndEnd(Action<Entity> end)
    {
        var text = new object();
        var entity = World.Create(new Label { Text = text });
        end(entity);
        return new WeakReference(text);
    }
}
