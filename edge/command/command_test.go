package command_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"indigex.com/indigex/edge/command"
)

// withFolder runs the tests with a folder for the program, and removes it.
type withFolder struct{ *testing.M }

const binaryFolder = "EDGE_TEST_FOLDER"

func (w withFolder) Run() int {
	dir, err := os.MkdirTemp("", "edge-binary-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	os.Setenv(binaryFolder, dir)
	return w.M.Run()
}

func TestMain(m *testing.M) {
	testscript.Main(withFolder{m}, map[string]func(){"edge": func() {
		os.Exit(command.Run(context.Background(), command.Program{Stdout: os.Stdout, Stderr: os.Stderr, LookupEnv: os.LookupEnv, Now: time.Now}, os.Args[1:]))
	}})
}

// scripts run the real program; the language is that of testscript. $PUBLIC is
// the public folder of a small company.
var scripts = map[string]string{
	"help": `
edge help
stdout 'edge COMMAND --help explains a command'
edge --help
stdout '  permit    may this be done'
edge help keys rotate
stdout 'Usage: edge keys rotate --keys FILE'
edge keys help rotate
stdout 'Usage: edge keys rotate --keys FILE'
edge serve --help
stdout 'EDGE_TRUSTED_PROXY'
! edge
stderr 'Usage: edge COMMAND'
! edge keys
stderr 'Usage: edge keys COMMAND'
! edge srve
stderr 'there is no command "srve"'
stderr 'hint: did you mean "serve"\?'
! edge keys rotat
stderr 'did you mean "keys rotate"'
! edge zzzzzzzz
stderr 'hint: edge --help lists the commands'
! edge keys list --kyes x
stderr 'flag provided but not defined: -kyes'
stderr 'hint: edge keys list --help'
! edge keys list x --keys y
stderr 'argument "x" is one too many'
! edge serve
stderr '--public, --store, --keys are missing'
stderr 'or EDGE_PUBLIC'
! edge backup --store sqlite:x
stderr 'argument FILE is missing'
edge keys new --keys smtp.json
! edge serve --public x --store sqlite:x --keys smtp.json --smtp http://user:secret@mail.example.com
stderr 'begins with smtp:// or smtps://'
! stderr secret
edge version
stdout '^edge .*, commit .*, go1'
`,
	"later": `
! edge verify
stderr 'there is no command "verify"'
! edge stats
stderr 'there is no command "stats"'
! edge serve --inherit
stderr 'flag provided but not defined: -inherit'
`,
	"keys": `
! edge keys list --keys ring.json
stderr 'make one with: edge keys new --keys ring.json'
edge keys new --keys ring.json
stdout '^made ring.json with key [a-z0-9]{8}$'
! edge keys new --keys ring.json
stderr 'edge keys rotate --keys ring.json'
env EDGE_KEYS=ring.json
edge keys rotate
stdout '^added key [a-z0-9]{8}, which issues from 20'
stdout '^bring ring.json to every node before 20'
! edge keys rotate
stderr 'does not issue before'
! edge keys rotate --lead 1m
stderr 'lead'
edge keys list
stdout 'issues .* 20..-'
stdout 'pending .* no end yet'
! edge keys retire nothing1
stderr 'nothing1'
edge keys new --keys other.json
edge keys list --keys other.json
! stdout pending
env EDGE_KEYS=
! edge keys list
stderr '--keys is missing'
[unix] chmod 644 ring.json
[unix] ! edge keys list --keys ring.json
[unix] stderr 'close it with: chmod 600 ring.json'
`,
	"store": `
! edge backup b.db --store sqlite:edge.db
stderr 'there is no store edge.db'
stderr 'hint: edge migrate'
! exists edge.db
edge migrate --store sqlite:edge.db
stdout 'the schema is up to date'
edge migrate --store sqlite:edge.db
edge backup b.db --store sqlite:edge.db
stdout '^wrote b.db, \d+ bytes$'
! edge backup b.db --store sqlite:edge.db
stderr 'b.db is there already'
! edge backup edge.db --store sqlite:edge.db
stderr 'edge.db is there already'
! edge restore b.db --store sqlite:edge.db
stderr 'edge restore --force replaces it'
edge restore b.db --store sqlite:edge.db --force
stdout 'restored edge.db from b.db'
edge restore b.db --store sqlite:new.db
edge migrate --store sqlite:new.db
! edge restore junk --store sqlite:edge.db --force
stderr 'junk: is no database'
! edge restore nothing --store sqlite:edge.db --force
stderr 'no such file'
edge migrate --store sqlite:edge.db
! edge restore b.db --store postgres://x
stderr 'hint: PostgreSQL is restored by its own programs'
! edge migrate --store mysql:x
stderr 'sqlite: nor postgres'
! exec sh -c 'ls -A | grep -e restore- -e backup-'
-- junk --
This is no database, though it is long enough to be looked at as if it were one.
`,
	"permit": `
env EDGE_STORE=sqlite:edge.db
env EDGE_PUBLIC=$PUBLIC
! edge permit marketing.email 06AFPF8YBV5S18W0CV9Q7KXJ3M
stderr 'there is no store edge.db'
edge migrate
! edge permit marketing.email 06AFPF8YBV5S18W0CV9Q7KXJ3M
stdout '^not allowed: .*marketing.email'
! stderr .
! edge permit marketing.email 06AFPF8YBV5S18W0CV9Q7KXJ3M --format json
stdout '"allowed": false'
stdout '"state": "not-asked"'
! edge permit marketing.emial 06AFPF8YBV5S18W0CV9Q7KXJ3M
stderr 'did you mean "marketing.email"'
! edge permit marketing.email jane@example.org
stderr '26 capital letters'
! stderr jane
! edge permit marketing.email 06AFPF8YBV5S18W0CV9Q7KXJ3M --format xml
stderr 'possible: text, json'
! edge permit marketing.email 06AFPF8YBV5S18W0CV9Q7KXJ3M --public nowhere
stderr 'catalog'
`,
	"api keys": `
env EDGE_STORE=sqlite:edge.db
! edge api keys new shop --scope permit
stderr 'there is no store edge.db'
edge migrate
edge api keys new shop --scope profile,permit --for 36h
stdout '^indigex_[a-z2-7]+_[a-z2-7]+$'
stderr 'the only time that the key of shop is shown: it opens permit,profile, until 20'
edge api keys new crm --scope disclosure --for never
stderr 'without an end'
edge api keys list
stdout '^crm +[a-z2-7]+ +disclosure +20..-..-.. +never +valid without an end'
stdout '^shop +[a-z2-7]+ +permit,profile +20..-..-.. +never +valid until 20'
! stdout indigex_
! edge api keys new shop --scope permit
stderr 'given before'
stderr 'edge api keys rotate shop'
edge api keys rotate shop --overlap 7d
stdout '^indigex_'
stderr 'it opens permit,profile, until 20'
stderr 'accepted until 20'
edge api keys revoke shop
stdout 'revoked 2 of shop'
edge api keys list
stdout -count=2 '^shop .* revoked 20'
! edge api keys rotate shop
stderr 'no valid key has the name "shop"'
! edge api keys revoke nobody
stderr 'no key has the name'
! edge api keys new Shop --scope permit
stderr 'small letters'
! edge api keys new admin-key --scope permit
stderr 'taken by the edge itself'
! edge api keys new desk
stderr '--scope is missing'
! edge api keys new desk --scope all
stderr 'possible are permit,suppression,profile,disclosure'
! edge api keys new desk --scope permit --for 0s
stderr 'for never'
! edge api keys new desk --scope permit --for 99999999999999999999d
stderr 'no length'
! edge api keys rotate crm --overlap soon
stderr 'overlap 36h'
edge api keys help rotate
stdout 'Usage: edge api keys rotate NAME'
! edge api
stderr 'Usage: edge api keys COMMAND'
`,
	"serve": `
edge keys new --keys ring.json
env EDGE_STORE=sqlite:edge.db
env EDGE_PUBLIC=$PUBLIC
env EDGE_KEYS=ring.json
! edge serve --admin-addr 0.0.0.0:0
stderr 'other machines could reach it'
! edge serve --admin-addr off --trusted-proxy 10.0.0.1/8
stderr 'did you mean 10.0.0.0/8'
env EDGE_TRUSTED_PROXY=proxy
! edge serve --admin-addr off
stderr 'EDGE_TRUSTED_PROXY: "proxy" is neither a network'
env EDGE_TRUSTED_PROXY=
! edge serve --admin-addr off --addr 256.0.0.1:1
stderr 'can.t listen'
! edge serve --admin-addr off --public .
stderr 'hint: indigex build --out . writes it'
! edge serve --admin-addr off --admin-key key
stderr 'openssl rand'
! exists edge.db-wal
[unix] chmod 644 ring.json
[unix] ! edge serve --admin-addr off
[unix] stderr 'chmod 600 ring.json'
`,
}

func TestScripts(t *testing.T) {
	dir := t.TempDir()
	for name, script := range scripts {
		if err := os.WriteFile(filepath.Join(dir, name+".txt"), []byte(script), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	public := newPublic(t)
	testscript.Run(t, testscript.Params{Dir: dir, Setup: func(env *testscript.Env) error {
		env.Setenv("PUBLIC", public)
		return nil
	}})
}

// TestExitCodes holds the codes that scripts rely on.
func TestExitCodes(t *testing.T) {
	dir := t.TempDir()
	store, public := "--store=sqlite:"+filepath.Join(dir, "edge.db"), "--public="+newPublic(t)
	const who = "06AFPF8YBV5S18W0CV9Q7KXJ3M"
	for _, tt := range []struct {
		args string
		want int
	}{
		{"help", command.Fine}, {"version", command.Fine}, {"", command.Usage}, {"nothing", command.Usage}, {"serve", command.Usage},
		{"migrate " + store, command.Fine},
		{"permit marketing.email " + who + " " + store + " " + public, command.No},
		{"permit nothing " + who + " " + store + " " + public, command.Usage},
	} {
		var out strings.Builder
		p := command.Program{Stdout: &out, Stderr: &out, LookupEnv: func(string) (string, bool) { return "", false }, Now: time.Now}
		if got := command.Run(t.Context(), p, strings.Fields(tt.args)); got != tt.want {
			t.Errorf("edge %s: exit code %d, want %d\n%s", tt.args, got, tt.want, &out)
		}
	}
}
