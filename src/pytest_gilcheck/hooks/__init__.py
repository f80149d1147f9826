"""The only pytest code with logic: one file a phase. `options` is always loaded, the others when a run is armed."""
