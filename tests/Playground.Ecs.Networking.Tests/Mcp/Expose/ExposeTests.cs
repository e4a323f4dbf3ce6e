using System.Text.Json;
using System.Text.Json.Serialization;
using Playground.Ecs.Networking.Mcp;
using Playground.Ecs.Networking.Mcp.Expose;
using Playground.Ecs.Networking.Protocol;

namespace Playground.Ecs.Networking.Tests.Mcp.Expose;

internal struct Everything
{
    public bool Flag;
    public byte Small;
    public ulong Large;
    public double Real;
    public Half Half;
    public char Letter;
    public string? Text;
    public DayOfWeek Day;
    public TimeSpan Length;
    public Guid Id;
    public int? Perhaps;
    public List<string>? Names;
    public Dictionary<string, int>? Scores;
    public System.Numerics.Vector3 Where;
    public ChannelId Channel;
    public Entity Other;
}

internal readonly record struct Health(int Current, int Max)
{
    public bool IsFull => Current == Max;
}

internal struct WithAction
{
    public int Number;
    public Action? Callback;
}

internal struct WithAnything
{
    public Inner In;

    public struct Inner
    {
        public object? Anything;
    }
}

internal struct WithLoop
{
    public Node? First;

    public sealed class Node
    {
        public Node? Next { get; set; }
    }
}

internal struct WithType
{
    public Type? Kind;
}

internal struct WithStream
{
    public Stream? Source;
}

[JsonSourceGenerationOptions(IncludeFields = true, PropertyNamingPolicy = JsonKnownNamingPolicy.KebabCaseLower)]
[JsonSerializable(typeof(Everything))]
internal sealed partial class GeneratedJson : JsonSerializerContext;

public sealed class ExposeTests
{
    private World _world = null!;
    private ExposedComponents _exposed = null!;

    [SetUp]
    public void SetUp()
    {
        _world = World.Create();
        _exposed = new ExposedComponents(_world);
    }

    [TearDown]
    public void TearDown() => _world.Dispose();

    private ExposedComponent Add<T>(string name)
        where T : struct
    {
        _exposed.Add<T>(name, new ExposeOptions()).Unwrap();
        return _exposed.Find(name)!;
    }

    private static JsonElement Json(string json) => JsonElement.Parse(json);

    [Test]
    public void Everything_that_json_can_show_comes_back()
    {
        var component = Add<Everything>("everything");
        var other = _world.Create(default(Health));
        var value = new Everything
        {
            Flag = true,
            Small = 255,
            Large = ulong.MaxValue,
            Real = double.PositiveInfinity,
            Half = (Half)0.5,
            Letter = 'ß',
            Text = "a\"b",
            Day = DayOfWeek.Friday,
            Length = TimeSpan.FromSeconds(90),
            Id = Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"),
            Perhaps = 4,
            Names = ["x"],
            Scores = new() { ["y"] = 1 },
            Where = new(1, 2, 3),
            Channel = 1100,
            Other = other,
        };
        var shown = component.Show(value);
        var read = component.Empty;
        Assert.That(component.TryChange(ref read, shown, "value"), Is.Null);
        Assert.That(component.Show(read).GetRawText(), Is.EqualTo(shown.GetRawText()));
        Assert.That(shown.GetProperty("other").GetString(), Is.EqualTo(EntityText.Of(other)));
        Assert.That(shown.GetProperty("channel").GetInt32(), Is.EqualTo(1100));
        Assert.That(shown.GetProperty("day").GetString(), Is.EqualTo("friday"));
        Assert.That(shown.GetProperty("real").GetString(), Is.EqualTo("Infinity"));
        Assert.That(shown.GetProperty("where").GetProperty("z").GetDouble(), Is.EqualTo(3));
        Assert.That(((Everything)read).Other, Is.EqualTo(other));
    }

    [Test]
    public void Generated_json_keeps_its_names()
    {
        _exposed.Add("everything", GeneratedJson.Default.Everything, new ExposeOptions { Description = "all", Writable = false }).Unwrap();
        var component = _exposed.Find("everything")!;
        var shown = component.Show(new Everything { Other = Entity.Null, Channel = 7, Real = double.NaN });
        Assert.That(shown.GetProperty("other").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(shown.GetProperty("channel").GetInt32(), Is.EqualTo(7));
        Assert.That(shown.GetProperty("real").GetString(), Is.EqualTo("NaN"));
        Assert.That((component.Description, component.IsWritable), Is.EqualTo(("all", false)));
        var value = component.Empty;
        Assert.That(component.TryChange(ref value, Json("""{"small":7,"where":{"Y":2}}"""), "value"), Is.Null);
        Assert.That(((Everything)value).Small, Is.EqualTo(7));
    }

    [Test]
    public void A_component_without_setters_is_made_anew()
    {
        var component = Add<Health>("health");
        object value = new Health(5, 10);
        Assert.That(component.TryChange(ref value, Json("""{"current":10}"""), "value"), Is.Null);
        Assert.That(value, Is.EqualTo(new Health(10, 10)));
        Assert.That(component.Show(value).GetProperty("is_full").GetBoolean());
        Assert.That(component.TryChange(ref value, Json("""{"is_full":false}"""), "value"), Does.Contain("value.is_full is computed"));
        Assert.That(component.Fields.Select(static f => (f.Path, f.Type, f.IsReadOnly)), Is.EqualTo(new[] { ("current", "integer", false), ("max", "integer", false), ("is_full", "boolean", true) }));
    }

    [TestCase("""{"small":256}""", "value")]
    [TestCase("""{"flag":1}""", "value.flag is 1 but should be a boolean")]
    [TestCase("""{"day":"noday"}""", "value.day is \"noday\"")]
    [TestCase("""{"letter":"ab"}""", "value.letter")]
    [TestCase("""{"other":"5v5"}""", "there is no entity '5v5' (any more)")]
    [TestCase("""{"other":"five"}""", "names no entity")]
    [TestCase("""{"channel":70000}""", "value")]
    [TestCase("""{"flg":true}""", "value has the unknown property 'flg'")]
    [TestCase("""{"large":null}""", "value.large is null")]
    [TestCase("""{"id":"no"}""", "value cannot be read")]
    [TestCase("[]", "value is an array of 0 but should be an object")]
    public void What_cannot_be_read_is_said(string json, string sentence)
    {
        var component = Add<Everything>("everything");
        var value = component.Empty;
        Assert.That(component.TryChange(ref value, Json(json), "value"), Does.Contain(sentence));
    }

    [Test]
    public void A_change_leaves_the_value_that_it_began_with()
    {
        var component = Add<Everything>("everything");
        var entity = _world.Create(new Everything { Text = "old", Where = new(1, 2, 3) });
        var value = component.Get(_world, entity);
        Assert.That(component.TryChange(ref value, Json("""{"text":"new","where":{"y":9}}"""), "value"), Is.Null);
        Assert.That((((Everything)value).Text, ((Everything)value).Where), Is.EqualTo(("new", new System.Numerics.Vector3(1, 9, 3))));
        Assert.That(_world.Get<Everything>(entity).Text, Is.EqualTo("old"));
    }

    [Test]
    public void What_json_cannot_show_is_refused_with_its_field()
    {
        Refuses<WithAction>("WithAction.callback is of type Action");
        Refuses<WithAnything>("WithAnything.in.anything is of type Object");
        Refuses<WithLoop>("WithLoop.first.next leads back to Node");
        Refuses<WithType>("WithType.kind is of type Type");
        Refuses<WithStream>("WithStream.source is of type Stream");
        Assert.That(_exposed.All, Is.Empty);
    }

    private void Refuses<T>(string reason)
        where T : struct
    {
        var error = _exposed.Add<T>("refused", new ExposeOptions()).Error;
        Assert.That(error, Is.InstanceOf<NetworkError.InvalidArgument>());
        Assert.That(error!.Message, Does.Contain(reason));
    }

    [TestCase("")]
    [TestCase("Position")]
    [TestCase("with.dot")]
    [TestCase("with-dash")]
    [TestCase(null)]
    public void A_name_is_plain(string? name) => Assert.That(_exposed.Add<Health>(name!, new ExposeOptions()).Error, Is.InstanceOf<NetworkError.InvalidArgument>());

    [Test]
    public void Name_and_component_are_there_once()
    {
        Add<Health>("health");
        Assert.That(_exposed.Add<Everything>("health", new ExposeOptions()).Error, Is.InstanceOf<NetworkError.AlreadyExists>());
        Assert.That(_exposed.Add<Health>("vigour", new ExposeOptions()).Error!.Message, Does.Contain("Health is exposed as 'health'"));
    }

    [TestCase("12v1", true)]
    [TestCase("0v0", true)]
    [TestCase("v1", false)]
    [TestCase("12", false)]
    [TestCase("12v", false)]
    [TestCase("-1v1", false)]
    [TestCase("12v1v1", false)]
    [TestCase(" 12v1", false)]
    [TestCase("99999999999v1", false)]
    [TestCase(null, false)]
    public void An_entity_has_a_name(string? text, bool isName) => Assert.That(EntityText.TryParse(text, out _, out _), Is.EqualTo(isName));

    [Test]
    public void Only_the_living_are_found()
    {
        var index = new EntityIndex(_world);
        var first = _world.Create(default(Health));
        Assert.That(index.TryFind(EntityText.Of(first), out var found));
        Assert.That(found, Is.EqualTo(first));
        _world.Destroy(first);
        Assert.That(index.TryFind(EntityText.Of(first), out _), Is.False);
        var second = _world.Create(default(Health));
        Assert.That(index.TryFind(EntityText.Of(second), out found));
        Assert.That(found, Is.EqualTo(second));
        Assert.That(index.TryFind(EntityText.Of(first), out _), Is.False, "its id may be another's by now");
    }
}
