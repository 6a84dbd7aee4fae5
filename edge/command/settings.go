package command

import (
	"fmt"
	"net/netip"
	"strings"
)

// example is what a setting that may be required looks like.
func example(setting string) string {
	return map[string]string{
		"public": "public",
		"store":  "sqlite:/var/lib/edge/edge.db",
		"keys":   "/etc/edge/keys.json",
	}[setting]
}

// variable is the name of a setting in the environment.
func variable(setting string) string {
	return "EDGE_" + strings.ToUpper(strings.ReplaceAll(setting, "-", "_"))
}

// setting declares a flag that stands in the environment too; the flag wins,
// and an empty variable counts as none.
func (c *call) setting(name, otherwise string) *string {
	if text, _ := c.LookupEnv(variable(name)); text != "" {
		otherwise = text
	}
	return c.flags.String(name, otherwise, "")
}

// requiredSetting declares a setting without which parse fails.
func (c *call) requiredSetting(name string) *string {
	c.settings = append(c.settings, name)
	return c.setting(name, "")
}

// required says which settings are missing, all of them at once.
func (c *call) required() error {
	var missing, cures []string
	for _, name := range c.settings {
		if c.flags.Lookup(name).Value.String() == "" {
			missing = append(missing, "--"+name)
			cures = append(cures, fmt.Sprintf("--%s %s", name, example(name)))
		}
	}
	if len(missing) == 0 {
		return nil
	}
	verb := " is missing"
	if len(missing) > 1 {
		verb = " are missing"
	}
	return &usageError{strings.Join(missing, ", ") + verb, "edge " + c.flags.Name() + " " + strings.Join(cures, " ") + ", or " + variable(missing[0][2:]) + " and the like in the environment"}
}

// prefixes are networks: a flag that may stand several times, and a list in
// the environment.
type prefixes struct {
	list []netip.Prefix
	// own says that the list is that of flags, no longer the environment's.
	own bool
}

func (p *prefixes) String() string { return "" }

func (p *prefixes) Set(text string) error {
	more, err := parsePrefixes(text)
	if err != nil {
		return err
	}
	if !p.own {
		p.list, p.own = nil, true
	}
	p.list = append(p.list, more...)
	return nil
}

// proxySetting declares --trusted-proxy. It fails where the environment has
// what is no network.
func (c *call) proxySetting() (*prefixes, error) {
	const name = "trusted-proxy"
	p := new(prefixes)
	if text, _ := c.LookupEnv(variable(name)); text != "" {
		list, err := parsePrefixes(text)
		if err != nil {
			return nil, c.misused(fmt.Sprintf("%s: %v", variable(name), err))
		}
		p.list = list
	}
	c.flags.Var(p, name, "")
	return p, nil
}

// parsePrefixes reads networks and single addresses, divided by commas or
// spaces.
func parsePrefixes(text string) ([]netip.Prefix, error) {
	var list []netip.Prefix
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' }) {
		p, err := netip.ParsePrefix(part)
		if address, single := netip.ParseAddr(part); single == nil {
			p, err = netip.PrefixFrom(address.Unmap(), address.Unmap().BitLen()), nil
		}
		if err != nil || p.Addr().Is4In6() {
			return nil, fmt.Errorf("%q is neither a network such as 10.0.0.0/8 nor an address", part)
		}
		if p != p.Masked() {
			return nil, fmt.Errorf("%s has bits beyond its length: did you mean %s", part, p.Masked())
		}
		list = append(list, p)
	}
	return list, nil
}
