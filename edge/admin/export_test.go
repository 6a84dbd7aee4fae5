package admin

import (
	"maps"
	"slices"
)

// Routes are the addresses of the API.
func Routes() []string { return slices.Sorted(maps.Keys((&handler{}).api())) }
