namespace Playground.Ecs.Networking.Simulation.Checks;

/// <summary>Something happened in a run that may not happen. The runner adds the seed and the command that replays it.</summary>
internal sealed class SimulationFailedException(string what) : Exception(what);
