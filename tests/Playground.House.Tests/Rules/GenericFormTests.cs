using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text.Json.Serialization.Metadata;
using MessagePack;
using Playground.Ecs.Networking;
using Playground.Ecs.Networking.Client;

namespace Playground.House.Tests.Rules;

/// <summary>Programs that are compiled ahead of time are told which forms are not for them.</summary>
public sealed class GenericFormTests
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    [TestCase(typeof(NetworkingSystem))]
    [TestCase(typeof(NetworkClient))]
    public void Generic_forms_take_a_resolver_or_say_that_they_need_generated_code(Type type)
    {
        var forms = type.Assembly.GetExportedTypes().SelectMany(static t => t.GetMethods(Declared)).Where(static m => m.IsGenericMethodDefinition).ToList();
        Assert.That(forms, Has.Count.GreaterThan(5));
        Assert.That(forms.Where(static m => !TakesResolver(m) && !IsAnnotated(m)).Select(static m => $"{m.DeclaringType}: {m}"), Is.Empty);
    }

    private static bool TakesResolver(MethodInfo method) =>
        method.GetParameters().Any(static p => p.ParameterType == typeof(IFormatterResolver) || typeof(JsonTypeInfo).IsAssignableFrom(p.ParameterType.BaseType));

    private static bool IsAnnotated(MethodInfo method) =>
        method.IsDefined(typeof(RequiresDynamicCodeAttribute)) && method.IsDefined(typeof(RequiresUnreferencedCodeAttribute));
}
