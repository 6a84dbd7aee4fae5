package command

import (
	"context"
	"fmt"
	"runtime/debug"
)

func runVersion(_ context.Context, c *call) error {
	if err := c.parse(); err != nil {
		return err
	}
	version, commit, goVersion := built()
	fmt.Fprintf(c.Stdout, "edge %s, commit %s, %s\n", version, commit, goVersion)
	return nil
}

// built says from what the program was built.
func built() (version, commit, goVersion string) {
	version, commit, goVersion = "unknown", "unknown", "unknown"
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return
	}
	version, goVersion = info.Main.Version, info.GoVersion
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			commit = s.Value
		}
	}
	return
}
