using System.Text.Json;
using Playground.Ecs.Networking.Mcp.Schema;

namespace Playground.Ecs.Networking.Tests.Mcp.Schema;

public sealed class ToolSchemaTests
{
    private static ToolSchema Object(string properties, string more = "") =>
        ToolSchema.Parse(Json($$"""{"type":"object","properties":{{properties}}{{more}}}""")).Unwrap();

    private static JsonElement Json(string json) => JsonSerializer.Deserialize<JsonElement>(json);

    [TestCase("""{"type":"integer"}""", "5", "5.5")]
    [TestCase("""{"type":"integer"}""", "5.0", "\"5\"")]
    [TestCase("""{"type":"integer"}""", "123456789012345678901234567890", "null")]
    [TestCase("""{"type":"number"}""", "5.5", "true")]
    [TestCase("""{"type":["string","null"]}""", "null", "1")]
    [TestCase("""{"type":"boolean"}""", "false", "0")]
    [TestCase("""{"type":"array","items":{"type":"string"}}""", """["a"]""", """["a",1]""")]
    [TestCase("""{"enum":["a",1,null]}""", "1.0", "\"b\"")]
    [TestCase("""{"const":{"a":[1,2]}}""", """{"a":[1,2.0]}""", """{"a":[2,1]}""")]
    [TestCase("""{"minimum":1,"maximum":2}""", "1", "0.99")]
    [TestCase("""{"minimum":1,"maximum":2}""", "2.0", "3")]
    [TestCase("""{"exclusiveMinimum":1,"exclusiveMaximum":2}""", "1.5", "1")]
    [TestCase("""{"exclusiveMinimum":1,"exclusiveMaximum":2}""", "1.0001", "2")]
    [TestCase("""{"minimum":9007199254740993}""", "9007199254740993", "9007199254740992")]
    [TestCase("""{"multipleOf":0.1}""", "0.3", "0.35")]
    [TestCase("""{"minLength":2,"maxLength":3}""", "\"ab\"", "\"a\"")]
    [TestCase("""{"maxLength":1}""", "\"\\ud83d\\ude00\"", "\"ab\"")]
    [TestCase("""{"pattern":"^[a-z]+$"}""", "\"abc\"", "\"ab1\"")]
    [TestCase("""{"minItems":1,"maxItems":2}""", "[1]", "[]")]
    [TestCase("""{"minItems":1,"maxItems":2}""", "[1,2]", "[1,2,3]")]
    [TestCase("""{"uniqueItems":true}""", """[1,"1",{"a":1,"b":2}]""", """[{"a":1,"b":2},{"b":2,"a":1.0}]""")]
    [TestCase("""{"minProperties":1,"maxProperties":1}""", """{"a":1}""", "{}")]
    [TestCase("""{"additionalProperties":{"type":"integer"}}""", """{"a":1}""", """{"a":"1"}""")]
    [TestCase("""{"type":"object","properties":{"a":{}},"required":["a"],"additionalProperties":false}""", """{"a":1}""", """{"a":1,"b":2}""")]
    [TestCase("""{"type":"object","required":["a"]}""", """{"a":null}""", "{}")]
    [TestCase("""{"anyOf":[{"type":"string"},{"type":"integer","minimum":5}]}""", "6", "4")]
    [TestCase("""{"oneOf":[{"minimum":5},{"maximum":10}]}""", "4", "7")]
    [TestCase("true", "1", null)]
    [TestCase("false", null, "1")]
    public void A_value_follows_the_keywords(string schema, string? good, string? bad)
    {
        var checkedBy = Object($$"""{"v":{{schema}}}""");
        if (good is not null) Assert.That(checkedBy.Check(Json($$"""{"v":{{good}}}""")), Is.Null);
        if (bad is not null) Assert.That(checkedBy.Check(Json($$"""{"v":{{bad}}}""")), Does.StartWith("arguments").And.EndWith(".").And.Contain("arguments.v"));
    }

    [Test]
    public void Keywords_of_other_types_do_not_matter() =>
        Assert.That(Object("""{"v":{"minLength":5,"minimum":5,"minItems":5,"minProperties":5,"required":["a"]}}""").Check(Json("""{"v":true}""")), Is.Null);

    [TestCase("""{"position":{"x":"five"}}""", "arguments.position.x is \"five\" but should be a number.")]
    [TestCase("""{"position":7}""", "arguments.position is 7 but should be an object.")]
    [TestCase("""{"position":{}}""", "arguments.position lacks the property 'x', a number.")]
    [TestCase("""{"position":{"x":1},"positoin":2}""", "arguments has the unknown property 'positoin' (did you mean 'position'?).")]
    [TestCase("""{"position":{"x":1},"qwertz":2}""", "arguments has the unknown property 'qwertz' (known: position, mode, list).")]
    [TestCase("""{"mode":"fsat"}""", "arguments.mode is \"fsat\" but should be one of \"fast\", \"slow\" (did you mean 'fast'?).")]
    [TestCase("""{"list":[1,"a",2,"b"]}""", "arguments.list[1] is \"a\" but should be an integer; arguments.list[3] is \"b\" but should be an integer.")]
    [TestCase("""{"list":["a","b","c","d"]}""", "arguments.list[0] is \"a\" but should be an integer; arguments.list[1] is \"b\" but should be an integer; arguments.list[2] is \"c\" but should be an integer; and there is more.")]
    [TestCase("[]", "arguments is an array of 0 but should be an object.")]
    public void One_sentence_says_what_to_mend(string arguments, string sentence)
    {
        var schema = Object(
            """{"position":{"type":"object","properties":{"x":{"type":"number"}},"required":["x"]},"mode":{"enum":["fast","slow"]},"list":{"items":{"type":"integer"}}}""",
            ""","additionalProperties":false""");
        Assert.That(schema.Check(Json(arguments)), Is.EqualTo(sentence));
    }

    [Test]
    public void Of_alternatives_the_nearest_is_explained()
    {
        var schema = Object(
            """
            {"shape":{"oneOf":[
              {"type":"object","properties":{"kind":{"const":"circle"},"radius":{"type":"number"}},"required":["kind","radius"]},
              {"type":"object","properties":{"kind":{"const":"box"},"width":{"type":"number"},"height":{"type":"number"}},"required":["kind","width","height"]}]}}
            """);
        Assert.That(
            schema.Check(Json("""{"shape":{"kind":"circle","radius":"2"}}""")),
            Is.EqualTo("arguments.shape fits none of 2 forms (of the nearest, arguments.shape.radius is \"2\" but should be a number)."));
    }

    [Test]
    public void A_reference_leads_to_a_definition_even_of_its_own_kind()
    {
        var schema = ToolSchema.Parse(Json(
            """
            {"type":"object","properties":{"tree":{"$ref":"#/$defs/tree"}},
             "$defs":{"tree":{"type":"object","properties":{"children":{"type":"array","items":{"$ref":"#/$defs/tree"}},"again":{"$ref":"#"}},"additionalProperties":false}}}
            """)).Unwrap();
        Assert.That(schema.Check(Json("""{"tree":{"children":[{"children":[]},{"again":{"tree":{}}}]}}""")), Is.Null);
        Assert.That(schema.Check(Json("""{"tree":{"children":[{"children":[{"child":1}]}]}}""")), Does.StartWith("arguments.tree.children[0].children[0] has the unknown property 'child'"));
    }

    [Test]
    public void Annotations_are_passed_over() => Assert.That(
        ToolSchema.Parse(Json(
            """
            {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"urn:x","$comment":"c","title":"t","description":"d","default":{},"examples":[{}],
             "deprecated":false,"readOnly":true,"writeOnly":false,"type":"object","properties":{"a":{"format":"email","title":"A"}}}
            """)).IsOk);

    [TestCase("""{"type":"object","properties":{"a":{"patternProperties":{}}}}""", "#/properties/a", "'patternProperties'")]
    [TestCase("""{"type":"object","properties":{"a/b~":{"not":{}}}}""", "#/properties/a~1b~0", "'not'")]
    [TestCase("""{"type":"object","allOf":[{}]}""", "#", "'allOf'")]
    [TestCase("""{"type":"object","if":{}}""", "#", "'if'")]
    [TestCase("""{"type":"object","prefixItems":[]}""", "#", "'prefixItems'")]
    [TestCase("""{"type":"object","properties":{"a":{"type":"text"}}}""", "#/properties/a/type", "\"text\" is no type")]
    [TestCase("""{"type":"object","properties":{"a":{"type":[]}}}""", "#/properties/a/type", "type")]
    [TestCase("""{"type":"object","properties":{"a":7}}""", "#/properties/a", "a schema is an object")]
    [TestCase("""{"type":"object","properties":[]}""", "#/properties", "must be an object")]
    [TestCase("""{"type":"object","required":"a"}""", "#/required", "array of strings")]
    [TestCase("""{"type":"object","properties":{"a":{"enum":[]}}}""", "#/properties/a/enum", "not empty")]
    [TestCase("""{"type":"object","properties":{"a":{"anyOf":[{"oneOf":{}}]}}}""", "#/properties/a/anyOf/0/oneOf", "array")]
    [TestCase("""{"type":"object","properties":{"a":{"minLength":-1}}}""", "#/properties/a/minLength", "negative")]
    [TestCase("""{"type":"object","properties":{"a":{"maxItems":1.5}}}""", "#/properties/a/maxItems", "integer")]
    [TestCase("""{"type":"object","properties":{"a":{"minimum":"1"}}}""", "#/properties/a/minimum", "number")]
    [TestCase("""{"type":"object","properties":{"a":{"multipleOf":0}}}""", "#/properties/a/multipleOf", "above 0")]
    [TestCase("""{"type":"object","properties":{"a":{"pattern":"(a"}}}""", "#/properties/a/pattern", "regular expression")]
    [TestCase("""{"type":"object","properties":{"a":{"pattern":"(?=a)b"}}}""", "#/properties/a/pattern", "lookaround")]
    [TestCase("""{"type":"object","properties":{"a":{"pattern":"((a{100}){100})"}}}""", "#/properties/a/pattern", "counts")]
    [TestCase("""{"type":"object","properties":{"a":{"uniqueItems":1}}}""", "#/properties/a/uniqueItems", "boolean")]
    [TestCase("""{"type":"object","properties":{"a":{"$ref":"http://example.com/x"}}}""", "#/properties/a/$ref", "#/$defs/")]
    [TestCase("""{"type":"object","properties":{"a":{"$ref":"#/$defs/b"}}}""", "#/properties/a/$ref", "not there")]
    [TestCase("""{"type":"object","properties":{"a":{"$ref":"#/$defs/b"}},"$defs":{"b":{"anyOf":[{"$ref":"#/$defs/b"}]}}}""", "#/properties/a", "itself")]
    [TestCase("""{"type":"object","properties":{"a":{"$defs":{}}}}""", "#/properties/a", "'$defs'")]
    [TestCase("""{"type":"string"}""", "#", "object")]
    [TestCase("""{"properties":{}}""", "#", "object")]
    [TestCase("""{"type":["object","null"]}""", "#", "object")]
    [TestCase("true", "#", "must be an object")]
    [TestCase("\"x\"", "#", "must be an object")]
    public void What_would_not_be_checked_is_refused_with_its_place(string schema, string place, string reason)
    {
        var error = ToolSchema.Parse(Json(schema)).Error;
        Assert.That(error, Is.InstanceOf<NetworkError.InvalidArgument>());
        Assert.That(error!.Message, Does.Contain($"at {place}: ").And.Contain(reason));
    }

    [Test]
    public void An_undefined_schema_is_refused() => Assert.That(ToolSchema.Parse(default).Error, Is.InstanceOf<NetworkError.InvalidArgument>());

    [Test]
    public void Schemas_have_bounds()
    {
        var deep = string.Concat(Enumerable.Repeat("""{"items":""", 40)) + "{}" + new string('}', 40);
        Assert.That(ToolSchema.Parse(Json("""{"type":"object","properties":{"a":""" + deep + "}}")).Error!.Message, Does.Contain("nests deeper than 32"));
        var wide = string.Join(',', Enumerable.Range(0, 2_100).Select(static i => $"\"p{i}\":{{}}"));
        Assert.That(ToolSchema.Parse(Json("""{"type":"object","properties":{""" + wide + "}}")).Error!.Message, Does.Contain("more than 2000 parts"));
        var chain = string.Join(',', Enumerable.Range(0, 40).Select(static i => $"\"d{i}\":{{\"$ref\":\"#/$defs/d{i + 1}\"}}"));
        Assert.That(
            ToolSchema.Parse(Json("""{"type":"object","properties":{"a":{"$ref":"#/$defs/d0"}},"$defs":{""" + chain + ""","d40":{}}}""")).Error!.Message,
            Does.Contain("more than 32 references"));
    }

    [Test]
    public void Work_that_would_multiply_ends()
    {
        var schema = ToolSchema.Parse(Json(
            """
            {"type":"object","properties":{"a":{"$ref":"#/$defs/t"}},
             "$defs":{"t":{"anyOf":[{"type":"array","items":{"$ref":"#/$defs/t"},"minItems":9},{"type":"array","items":{"$ref":"#/$defs/t"},"minItems":9}]}}}
            """)).Unwrap();
        var value = JsonElement.Parse(
            "{\"a\":" + new string('[', 60) + new string(']', 60) + "}", new JsonDocumentOptions { MaxDepth = 80 });
        Assert.That(schema.Check(value), Does.Contain("too large or nested too deep"));
    }

    [Test]
    public void Text_that_is_no_unicode_is_a_problem_and_no_exception()
    {
        var schema = Object("""{"a":{"enum":["x"]}}""");
        Assert.That(schema.Check(Json("""{"a":"\ud800"}""")), Does.Contain("no valid Unicode"));
        Assert.That(Object("""{"a":{"type":"string"}}""").Check(Json("""{"a":"\ud800"}""")), Does.Contain("no valid Unicode"));
        Assert.That(schema.Check(Json("""{"\ud800":1}""")), Does.Contain("no valid Unicode"));
        Assert.That(ToolSchema.Parse(Json("""{"type":"object","properties":{"\ud800":{}}}""")).Error!.Message, Does.Contain("Unicode"));
    }

    [Test]
    public void The_schema_outlives_its_document()
    {
        ToolSchema schema;
        using (var document = JsonDocument.Parse("""{"type":"object","properties":{"a":{"enum":["x"]}}}""")) schema = ToolSchema.Parse(document.RootElement).Unwrap();
        Assert.That(schema.Check(Json("""{"a":"x"}""")), Is.Null);
    }

    [TestCase("arena_say", true)]
    [TestCase("A-1_b", true)]
    [TestCase("", false)]
    [TestCase("with space", false)]
    [TestCase("ümlaut", false)]
    [TestCase("dotted.name", false)]
    [TestCase(null, false)]
    public void A_tools_name_is_plain(string? name, bool isGood) =>
        Assert.That(Networking.Mcp.ToolNames.Check(name), isGood ? Is.Null : Is.InstanceOf<NetworkError.InvalidArgument>());

    [Test]
    public void A_tools_name_is_short()
    {
        Assert.That(Networking.Mcp.ToolNames.Check(new string('a', 64)), Is.Null);
        Assert.That(Networking.Mcp.ToolNames.Check(new string('a', 65)), Is.InstanceOf<NetworkError.InvalidArgument>());
    }
}
