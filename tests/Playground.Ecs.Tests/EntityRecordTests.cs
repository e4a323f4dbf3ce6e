namespace Playground.Ecs.Tests;

/// <summary>The versions of an id, over more lives than a test can live through a world.</summary>
[Category(EmbeddedOnly)]
public class EntityRecordTests : WorldTestBase
{
    [TestCase(1, 2)]
    [TestCase(int.MaxValue, int.MinValue)]
    [TestCase(-2, -1)]
    [TestCase(-1, 1, Description = "0 is what ids have that were never used.")]
    public void The_next_life_of_an_id_has_the_next_version_and_never_0(int version, int next)
    {
        var record = new EntityRecord { Version = version };

        record.Free(nextFree: -1);

        Assert.That(record.Version, Is.EqualTo(next));
        Assert.That(record.NextFree, Is.EqualTo(-1));
    }
}
