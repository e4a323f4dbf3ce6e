using Playground.Ecs.Networking.Fuzz;

// Started by .ci/fuzz, and by whoever replays what it found.
return args switch
{
    ["run", var target] => Commands.Run(target),
    ["replay", var target, .. var files] => Commands.Replay(target, files),
    ["seeds", var folder] => Commands.WriteSeeds(folder),
    ["instrument", .. var assemblies] => Commands.Instrument(assemblies),
    _ => Commands.Refuse(),
};
