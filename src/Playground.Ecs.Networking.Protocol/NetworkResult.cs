using System.Diagnostics.CodeAnalysis;

namespace Playground.Ecs.Networking;

/// <summary>The outcome of an operation that gives nothing back: Ok, or a <see cref="NetworkError"/>. Immutable; any thread.</summary>
public readonly struct NetworkResult : IEquatable<NetworkResult>
{
    private readonly NetworkError? _error;

    private NetworkResult(NetworkError? error) => _error = error;

    /// <summary>The operation was done.</summary>
    public static NetworkResult Ok => default;

    /// <summary>True when the operation was done.</summary>
    public bool IsOk => _error is null;

    /// <summary>What went wrong; null when <see cref="IsOk"/>.</summary>
    public NetworkError? Error => _error;

    /// <summary>Makes a failed result.</summary>
    public static NetworkResult Fail(NetworkError error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return new NetworkResult(error);
    }

    /// <summary>A failed result from its error.</summary>
    public static implicit operator NetworkResult(NetworkError error) => Fail(error);

    /// <summary>Returns when the operation was done.</summary>
    /// <exception cref="NetworkException">It failed; the exception carries the error.</exception>
    public void Unwrap()
    {
        if (_error is not null)
        {
            throw new NetworkException(_error);
        }
    }

    /// <summary>Calls the one of the two functions that fits.</summary>
    public TResult Match<TResult>(Func<TResult> ok, Func<NetworkError, TResult> error)
    {
        ArgumentNullException.ThrowIfNull(ok);
        ArgumentNullException.ThrowIfNull(error);
        return _error is null ? ok() : error(_error);
    }

    /// <inheritdoc/>
    public bool Equals(NetworkResult other) => Equals(_error, other._error);

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is NetworkResult other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _error?.GetHashCode() ?? 0;

    /// <summary>True when both were done or failed with equal errors.</summary>
    public static bool operator ==(NetworkResult left, NetworkResult right) => left.Equals(right);

    /// <summary>False when both were done or failed with equal errors.</summary>
    public static bool operator !=(NetworkResult left, NetworkResult right) => !left.Equals(right);

    /// <inheritdoc/>
    public override string ToString() => _error is null ? "Ok" : $"Error: {_error.Message}";
}

/// <summary>The outcome of an operation: a value, or a <see cref="NetworkError"/>. Immutable; any thread.</summary>
/// <typeparam name="T">What a successful operation gives.</typeparam>
public readonly struct NetworkResult<T> : IEquatable<NetworkResult<T>>
{
    private readonly T _value;
    private readonly NetworkError? _error;

    private NetworkResult(T value, NetworkError? error)
    {
        _value = value;
        _error = error;
    }

    /// <summary>True when there is a value.</summary>
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsOk => _error is null;

    /// <summary>The value.</summary>
    /// <exception cref="NetworkException">The operation failed; the exception carries the error.</exception>
    public T Value => _error is null ? _value : throw new NetworkException(_error);

    /// <summary>What went wrong; null when <see cref="IsOk"/>.</summary>
    public NetworkError? Error => _error;

    /// <summary>A successful result, also where <typeparamref name="T"/> is an interface and the operator does not apply.</summary>
    internal static NetworkResult<T> From(T value) => new(value, null);

    /// <summary>A successful result from its value.</summary>
    [SuppressMessage("Usage", "CA2225", Justification = "The operator is the way in; results are not made by hand.")]
    public static implicit operator NetworkResult<T>(T value) => new(value, null);

    /// <summary>A failed result from its error.</summary>
    [SuppressMessage("Usage", "CA2225", Justification = "The operator is the way in; results are not made by hand.")]
    public static implicit operator NetworkResult<T>(NetworkError error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return new(default!, error);
    }

    /// <summary>The value.</summary>
    /// <exception cref="NetworkException">The operation failed; the exception carries the error.</exception>
    public T Unwrap() => Value;

    /// <summary>Calls the one of the two functions that fits.</summary>
    public TResult Match<TResult>(Func<T, TResult> ok, Func<NetworkError, TResult> error)
    {
        ArgumentNullException.ThrowIfNull(ok);
        ArgumentNullException.ThrowIfNull(error);
        return _error is null ? ok(_value) : error(_error);
    }

    /// <inheritdoc/>
    public bool Equals(NetworkResult<T> other) =>
        Equals(_error, other._error) && EqualityComparer<T>.Default.Equals(_value, other._value);

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is NetworkResult<T> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_value, _error);

    /// <summary>True for equal values or equal errors.</summary>
    public static bool operator ==(NetworkResult<T> left, NetworkResult<T> right) => left.Equals(right);

    /// <summary>False for equal values or equal errors.</summary>
    public static bool operator !=(NetworkResult<T> left, NetworkResult<T> right) => !left.Equals(right);

    /// <inheritdoc/>
    public override string ToString() => _error is null ? $"Ok: {_value}" : $"Error: {_error.Message}";
}

/// <summary>Thrown by Unwrap and Value of a failed result.</summary>
/// <param name="error">What went wrong.</param>
[SuppressMessage("Design", "CA1032", Justification = "Never made without its error.")]
public sealed class NetworkException(NetworkError error) : Exception(error?.Message)
{
    /// <summary>What went wrong.</summary>
    public NetworkError Error { get; } = error ?? throw new ArgumentNullException(nameof(error));
}
