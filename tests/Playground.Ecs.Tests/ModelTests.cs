namespace Playground.Ecs.Tests;

/// <summary>
/// Thousands of random calls against a world and against a dictionary that says what must come out. A failure names its
/// seed; the same seed makes the same calls.
/// </summary>
public class ModelTests
{
    private static readonly QueryDescription Everything = new();

    private readonly Dictionary<Entity, Dictionary<Type, int>> _model = [];
    private readonly List<Entity> _alive = [];
    private readonly List<Entity> _dead = [];
    private Random _random = new(0);
    private World _world = null!;

    [TearDown]
    public void DestroyWorld() => _world.Dispose();

    [Test]
    [TestCase(1, 64)]
    [TestCase(2, 64)]
    [TestCase(3, 64)]
    [TestCase(4, 16_384)]
    [TestCase(5, 16_384)]
    public void A_world_does_what_a_dictionary_does(int seed, int chunkSizeInBytes)
    {
        _random = new Random(seed);
        _world = World.Create(chunkSizeInBytes, minimumAmountOfEntitiesPerChunk: 1);
        _model.Clear();
        _alive.Clear();
        _dead.Clear();

        for (var call = 0; call < 6000; call++)
        {
            One();
            if (call % 200 == 0)
                ExpectSame($"seed {seed}, call {call}");
        }

        ExpectSame($"seed {seed}, end");
    }

    private void One()
    {
        switch (_random.Next(20))
        {
            case < 7: CreateOne(); break;
            case < 10: DestroyOne(); break;
            case < 13: Toggle<C0>(); break;
            case < 15: Toggle<C1>(); break;
            case 15: Toggle<C2>(); break;
            case 16: SetOne<C0>(); break;
            case 17: SetOne<C1>(); break;
            case 18: DestroySomeInQuery(); break;
            default: Bulk(); break;
        }
    }

    private void CreateOne()
    {
        var (a, b, c) = (_random.Next(), _random.Next(), _random.Next());
        switch (_random.Next(5))
        {
            case 0: Keep(_world.Create(Of<C0>(a)), (typeof(C0), a)); break;
            case 1: Keep(_world.Create(Of<C0>(a), Of<C1>(b)), (typeof(C0), a), (typeof(C1), b)); break;
            case 2: Keep(_world.Create(Of<C1>(a), Of<C0>(b), Of<C2>(c)), (typeof(C1), a), (typeof(C0), b), (typeof(C2), c)); break;
            case 3:
                var made = _world.Create([typeof(C2), typeof(C1)]);
                _world.Set(made, Of<C2>(a), Of<C1>(b));
                Keep(made, (typeof(C2), a), (typeof(C1), b));
                break;
            default: Keep(_world.Create(Of<C2>(a)), (typeof(C2), a)); break;
        }
    }

    private void Keep(Entity entity, params (Type Type, int Value)[] components)
    {
        Assert.That(_model.TryAdd(entity, components.ToDictionary(pair => pair.Type, pair => pair.Value)), Is.True);
        _alive.Add(entity);
    }

    private void DestroyOne()
    {
        if (_alive.Count == 0)
            return;
        var entity = AnyAlive();
        _world.Destroy(entity);
        Forget(entity);
    }

    private void Forget(Entity entity)
    {
        _model.Remove(entity);
        _alive.Remove(entity);
        _dead.Add(entity);
    }

    private void Toggle<T>()
        where T : struct
    {
        if (_alive.Count == 0)
            return;
        var entity = AnyAlive();
        if (_model[entity].Remove(typeof(T)))
        {
            _world.Remove<T>(entity);
            return;
        }

        var value = _random.Next();
        _world.Add(entity, Of<T>(value));
        _model[entity][typeof(T)] = value;
    }

    private void SetOne<T>()
        where T : struct
    {
        if (_alive.Count == 0)
            return;
        var entity = AnyAlive();
        if (!_world.Has<T>(entity))
            return;
        var value = _random.Next();
        _world.Set(entity, Of<T>(value));
        _model[entity][typeof(T)] = value;
    }

    private void DestroySomeInQuery()
    {
        var gone = new List<Entity>();
        _world.Query(new QueryDescription().WithAll<C0>().WithNone<C1>(), (Entity entity, ref C0 component) =>
        {
            Assert.That(component.Value, Is.EqualTo(_model[entity][typeof(C0)]));
            if (component.Value % 4 != 0)
                return;
            gone.Add(entity);
            _world.Destroy(entity);
        });
        gone.ForEach(Forget);
    }

    private void Bulk()
    {
        var value = _random.Next();
        switch (_random.Next(12))
        {
            case 0:
                _world.Destroy(new QueryDescription().WithAll<C0, C1>());
                foreach (var entity in _alive.Where(entity => Has<C0>(entity) && Has<C1>(entity)).ToArray())
                    Forget(entity);
                break;
            case < 4:
                _world.Set(new QueryDescription().WithAll<C1>(), Of<C1>(value));
                foreach (var entity in _alive.Where(Has<C1>))
                    _model[entity][typeof(C1)] = value;
                break;
            case < 8:
                _world.Add(new QueryDescription().WithAll<C0>().WithNone<C3>(), Of<C3>(value));
                foreach (var entity in _alive.Where(entity => Has<C0>(entity) && !Has<C3>(entity)))
                    _model[entity][typeof(C3)] = value;
                break;
            default:
                _world.Remove<C3>(new QueryDescription().WithAll<C3>());
                foreach (var entity in _alive)
                    _model[entity].Remove(typeof(C3));
                break;
        }
    }

    private void ExpectSame(string when)
    {
        Assert.That(_world.Size, Is.EqualTo(_model.Count), when);
        var found = new Entity[_world.CountEntities(Everything)];
        _world.GetEntities(Everything, found);
        Assert.That(found.ToHashSet().SetEquals(_model.Keys), Is.True, when);
        Assert.That(_dead.Any(_world.IsAlive), Is.False, when);
        foreach (var (entity, components) in _model)
        {
            Assert.That(_world.IsAlive(entity), Is.True, when);
            Assert.That(_world.GetSignature(entity).Count, Is.EqualTo(components.Count), when);
            foreach (var (type, value) in components)
                Assert.That(ValueOf(_world.Get(entity, type)!), Is.EqualTo(value), when);
        }

        ExpectSum<C0>(when);
        ExpectSum<C3>(when);
    }

    private void ExpectSum<T>(string when)
        where T : struct
    {
        long sum = 0;
        foreach (ref var chunk in _world.Query(new QueryDescription().WithAll<T>()))
        {
            foreach (var component in chunk.GetSpan<T>()[..chunk.Count])
                sum += ValueOf(component);
        }

        Assert.That(sum, Is.EqualTo(_model.Values.Sum(components => (long)components.GetValueOrDefault(typeof(T)))), when);
    }

    private bool Has<T>(Entity entity) => _model[entity].ContainsKey(typeof(T));

    private Entity AnyAlive() => _alive[_random.Next(_alive.Count)];

    private static T Of<T>(int value)
        where T : struct
    {
        object component = default(T);
        typeof(T).GetField("Value")!.SetValue(component, value);
        return (T)component;
    }

    private static int ValueOf(object component) => (int)component.GetType().GetField("Value")!.GetValue(component)!;
}
