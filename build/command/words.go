package command

import "maps"

// helpOf returns what --help prints for a command; "" stands for the program.
func helpOf(name string) string {
	all := map[string]string{"": helpAll}
	maps.Copy(all, help)
	maps.Copy(all, helpPolicy)
	return all[name]
}

const helpAll = `Indigex builds a company's sites from Markdown and previews them.

Usage: indigex COMMAND [flags]

  serve     build, watch, and serve all sites on this machine
  build     write the sites to a folder
  check     find all problems of the content
  policy    draft, publish, verify and compare versions of policies
  version   print what this program was built from

indigex COMMAND --help explains a command.

Exit code: 0 fine, 1 problems in the content, 2 wrong use or environment.
`

var help = map[string]string{
	"serve": `Serve builds all sites, serves them on this machine, and builds again what
changes while you write. The open page reloads by itself; a mistake is shown in
the page and here, and the last good pages stay up.

Preferences and notices work as they will for visitors. What you choose there
is kept in DATA/edge.db, with keys in DATA/keys.json; delete both to begin
anew. Two previews may share the folder.

The bar at the lower edge of each page shows it to you as to somebody else: to
a newcomer, to a visitor who last saw an older version of a policy, on a later
day, or with Global Privacy Control.

Usage: indigex serve [flags]

  --content DIR   folder of the content (default content)
  --addr ADDR     address to listen on (default 127.0.0.1:8080)
  --public DIR    folder for the built pages (default DATA/preview-PORT)
  --data DIR      folder for what the preview keeps (default data)
  --drafts        show drafts, and pages that have yet to appear
  --admin-addr ADDR
                  also answer operators here, on this machine alone: /healthz,
                  /readyz, /metrics; /api/ stays shut, for want of a key

Examples:
  indigex serve --addr 127.0.0.1:9000
  indigex serve --drafts                           read a notice before it is sent
  indigex serve --admin-addr 127.0.0.1:9090        then: curl 127.0.0.1:9090/readyz
`,
	"build": `Build writes OUT/<host>/… for each site, and OUT/catalog.json. The same content
gives the same bytes. It writes nothing if the content has errors, leaves
unchanged files alone, removes pages that are no longer there, and refuses a
folder with files that it didn't write.

Usage: indigex build [flags]

  --content DIR   folder of the content (default content)
  --out DIR       folder to write (default public)
  --now TIME      build as if it were this time, RFC 3339 (default: now);
                  it decides which pages have appeared or expired
  --drafts        build drafts, and pages that have yet to appear
  --compress      write a .gz file beside each text file
  --no-cache      compile every page, even those compiled before

Compiled pages are kept in $INDIGEX_CACHE, or in the user's folder for caches.

Examples:
  indigex build --out /srv/www
  indigex build --now 2026-12-24T08:00:00Z --out /tmp/christmas
`,
	"check": `Check finds all problems of the content at once and writes nothing.

Usage: indigex check [flags]

  --content DIR     folder of the content (default content)
  --format FORMAT   text (default), json, github (annotations of a workflow),
                    or sarif (code scanning)
  --now TIME        check as if it were this time, RFC 3339 (default: now); it
                    decides which version of a policy is in force

As text it first lists each promise of the policies in force and what keeps it.

Exit code 0 means no errors and no warnings. Errors stop a build, warnings
don't.

Examples:
  indigex check
  indigex check --format github
  indigex check --now 2027-02-01T00:00:00Z
`,
	"version": `Version prints the module's version, the commit and the version of Go.

Usage: indigex version
`,
}
