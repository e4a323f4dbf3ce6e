namespace Playground.Ecs.Networking.Mcp;

/// <summary>A resource's address, taken apart: literal text, and names in braces that stand for one path segment each (RFC 6570, level 1). Immutable.</summary>
internal sealed class ResourceAddress
{
    private readonly string[] _literals;
    private readonly string[] _names;

    private ResourceAddress(McpResource resource, string[] literals, string[] names)
    {
        Resource = resource;
        _literals = literals;
        _names = names;
    }

    /// <summary>No names, no values.</summary>
    public static IReadOnlyDictionary<string, string> NoValues { get; } = new Dictionary<string, string>();

    public McpResource Resource { get; }

    /// <summary>Takes an address apart.</summary>
    /// <returns>InvalidArgument when it is no absolute URI, or its braces do not pair or touch.</returns>
    public static NetworkResult<ResourceAddress> Parse(McpResource resource)
    {
        var literals = new List<string>();
        var names = new List<string>();
        var rest = resource.Uri.AsSpan();
        while (true)
        {
            var open = rest.IndexOf('{');
            if (open < 0) break;
            var close = rest.IndexOf('}');
            if (close < open || (open == 0 && names.Count > 0) || !IsName(rest[(open + 1)..close])) return Malformed(resource.Uri);
            literals.Add(rest[..open].ToString());
            names.Add(rest[(open + 1)..close].ToString());
            rest = rest[(close + 1)..];
        }

        literals.Add(rest.ToString());
        return rest.Contains('}') || names.Distinct().Count() < names.Count || !IsAbsolute(resource.Uri, string.Join("x", literals))
            ? Malformed(resource.Uri)
            : new ResourceAddress(resource, [.. literals], [.. names]);
    }

    /// <summary>What the names stand for in an address; null when it does not follow the template.</summary>
    public IReadOnlyDictionary<string, string>? Match(string uri)
    {
        if (_names.Length == 0) return uri == Resource.Uri ? NoValues : null;
        if (!uri.StartsWith(_literals[0], StringComparison.Ordinal)) return null;
        var values = new Dictionary<string, string>(_names.Length);
        var rest = uri.AsSpan(_literals[0].Length);
        for (var i = 0; i < _names.Length; i++)
        {
            var next = _literals[i + 1];
            var isLast = i == _names.Length - 1;
            var length = isLast ? rest.Length - next.Length : rest.IndexOf(next, StringComparison.Ordinal);
            if (length <= 0 || !rest[length..].StartsWith(next, StringComparison.Ordinal)) return null;
            var value = rest[..length];
            if (value.ContainsAny('/', '?', '#')) return null;
            values[_names[i]] = Uri.UnescapeDataString(value.ToString());
            rest = rest[(length + next.Length)..];
        }

        return values;
    }

    // A path counts as an absolute URI on some systems.
    private static bool IsAbsolute(string template, string example) =>
        Uri.TryCreate(example, UriKind.Absolute, out var uri) && template.StartsWith($"{uri.Scheme}:", StringComparison.OrdinalIgnoreCase);

    private static bool IsName(ReadOnlySpan<char> name)
    {
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '_') return false;
        }

        return name.Length > 0;
    }

    private static NetworkError.InvalidArgument Malformed(string uri) =>
        new($"the resource address '{uri}' must be an absolute URI in which each name in braces stands for one path segment, and none stands twice");
}
