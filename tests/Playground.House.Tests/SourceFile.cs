using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Playground.House.Tests;

/// <summary>A C# file with its syntax tree.</summary>
internal sealed class SourceFile(string path)
{
    private readonly Lazy<SyntaxNode> _root = new(() => CSharpSyntaxTree.ParseText(Repository.Read(path), path: path).GetRoot());

    /// <summary>From the repository's root, with slashes.</summary>
    public string Path { get; } = path;

    public SyntaxNode Root => _root.Value;

    public bool IsIn(params string[] starts) => starts.Any(start => Path.StartsWith(start, StringComparison.Ordinal));

    public IEnumerable<T> All<T>()
        where T : SyntaxNode => Root.DescendantNodes().OfType<T>();

    /// <summary>Where the words stand as code: not in comments, strings or names that contain them.</summary>
    public IEnumerable<string> Uses(params string[] words) => Root.DescendantTokens()
        .Where(token => token.IsKind(SyntaxKind.IdentifierToken) && words.Contains(token.ValueText))
        .Select(token => At(token.GetLocation()));

    public IEnumerable<string> UsedNamespaces() => All<UsingDirectiveSyntax>().Select(static u => u.NamespaceOrType.ToString());

    public string At(SyntaxNode node) => At(node.GetLocation());

    private string At(Location location)
    {
        var line = location.GetLineSpan().StartLinePosition.Line;
        return $"{Path}:{line + 1}: {location.SourceTree!.GetText().Lines[line].ToString().Trim()}";
    }
}
