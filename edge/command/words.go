package command

// helpOf returns what --help prints for a command; "" stands for the program.
func helpOf(name string) string {
	all := map[string]string{
		"": helpAll, "serve": helpServe, "keys": helpKeys, "keys new": helpKeysNew, "keys rotate": helpKeysRotate,
		"keys list": helpKeysList, "keys retire": helpKeysRetire, "migrate": helpMigrate, "backup": helpBackup,
		"restore": helpRestore, "permit": helpPermit, "export": helpExport, "mail": helpMail, "mail list": helpMailList, "mail retry": helpMailRetry, "mail discard": helpMailDiscard, "erase": helpErase, "disclose": helpDisclose, "survey": helpSurvey,
		"contest": helpContest, "contest seal": helpContestSeal, "contest draw": helpContestDraw, "contest verify": helpContestVerify, "version": helpVersion,
		"complaints": helpComplaints, "complaints list": helpComplaintsList, "complaints show": helpComplaintsShow, "complaints answer": helpComplaintsAnswer,
		"api": helpAPI, "api keys": helpAPI, "api keys new": helpAPIKeysNew, "api keys rotate": helpAPIKeysRotate,
		"api keys list": helpAPIKeysList, "api keys revoke": helpAPIKeysRevoke,
	}
	return all[name]
}

const helpAll = `Edge serves the sites that indigex built, and keeps what visitors choose.

Usage: edge COMMAND [flags]

  serve     serve the sites
  keys      make, rotate, list and retire the keys of cookies
  api       make, rotate, list and revoke the keys of other systems
  migrate   bring the store's schema up to date
  backup    copy the store while it is in use
  restore   put a backup in the store's place
  permit    may this be done to this person now?
  mail      letters that could not be sent
  complaints
            cases that people opened by forms: list, read and answer them
  contest   seal entries, draw winners, and check a drawing
  survey    what may be shown of a survey that has closed
  disclose  write what a processor may receive, and note it
  export    write all that is held of a person
  erase     erase a person
  version   print what this program was built from

edge COMMAND --help explains a command. Settings such as --store stand in the
environment too, as EDGE_STORE; the flag wins.

Exit code: 0 fine, 1 the answer is no, 2 wrong use or environment.
`

const helpServe = `Serve answers for the hosts of the public folder until SIGINT or SIGTERM: it
then accepts no more, answers what is under way, and exits with 0. It takes up
a new catalog and new keys by itself, within seconds; SIGHUP has it look at
once. It speaks plain HTTP: what faces the world in front of it ends TLS.

Usage: edge serve --public DIR --store STORE --keys FILE [flags]

  --public DIR           folder that indigex build wrote         EDGE_PUBLIC
  --store STORE          sqlite:FILE or postgres://…             EDGE_STORE
  --keys FILE            key ring; see edge keys                 EDGE_KEYS
  --addr ADDR            address for visitors                    EDGE_ADDR
                         (default 127.0.0.1:8080)
  --admin-addr ADDR      address of loopback for operators, or   EDGE_ADMIN_ADDR
                         off (default 127.0.0.1:9090)
  --admin-key FILE       file with a key that opens all of       EDGE_ADMIN_KEY
                         /api/ there; see also edge api keys
  --smtp URL             server that takes mails, such as        EDGE_SMTP
                         smtps://USER:PASSWORD@mail.example.com;
                         without it they wait
  --trusted-proxy CIDR   network whose X-Forwarded-For counts;   EDGE_TRUSTED_PROXY
                         may stand several times, and in the
                         environment with commas between

A store is made and migrated where needed. The log goes to standard error, a
line of JSON for each request and event.

Examples:
  edge serve --public public --store sqlite:/var/lib/edge/edge.db --keys /etc/edge/keys.json
  EDGE_STORE=postgres://edge@db/edge edge serve --public public --keys keys.json --addr :8080 --trusted-proxy 10.0.0.0/8
`

const helpMail = `Mail works on dead letters: those that could not be sent for three days, or that
the server refused for good. They are deleted after 30 days. No address is shown.

Usage: edge mail COMMAND --store STORE

  list          dead letters, the oldest first, and how many wait
  retry ID      try one again, or all of them
  discard ID    delete one, or all of them
`

const helpComplaints = `Complaints works on cases: what people sent by forms that have a reference number,
and follow on a page of their own.

Usage: edge complaints COMMAND --store STORE

  list              cases that are not closed, the first due first
  show REFERENCE    what was said in one
  answer REFERENCE  answer it, by mail and on its page
`

const helpComplaintsList = `List shows cases without names, addresses and texts. LATE is what was not
answered within 30 days.

Usage: edge complaints list --store STORE [--all]

  --all    closed ones, too, the newest first
`

const helpComplaintsShow = `Show prints a case: the address of the person, and what was said.

Usage: edge complaints show REFERENCE --store STORE
`

const helpComplaintsAnswer = `Answer puts an answer on the case's page, and has the edge that serves mail it.

Usage: edge complaints answer REFERENCE --text FILE --store STORE [--close]

  --text FILE    the answer, in UTF-8
  --close        end the case with it; nobody can add to it then

Example:
  edge complaints answer PP-7K3F-9QXM --text answer.txt --close --store sqlite:edge.db
`

const helpMailList = `List shows dead letters: id, when it was written, kind, tries, and why.

Usage: edge mail list --store STORE
`

const helpMailRetry = `Retry has a dead letter tried again by the edge that serves.

Usage: edge mail retry ID|all --store STORE
`

const helpMailDiscard = `Discard deletes a dead letter.

Usage: edge mail discard ID|all --store STORE
`

const helpContest = `Contest draws the winners of a form with draw: in its front matter, in a way that
anybody can check.

Usage: edge contest COMMAND

  seal FORM             the list of entries, which names nobody, and its fingerprint
  draw FORM             the winners, from the list and the public seed
  verify LIST RESULT    does the result follow from the list and the seed?

1. When entries have closed, seal the list and publish its fingerprint.
2. When the public seed is known, put it into a file as the contest says, and draw.
3. Publish both files. Whoever took part has a ticket, and finds it in the list.
`

const helpContestSeal = `Seal writes the list of entries, and prints its fingerprint. Publish that before
the seed can be known: from then on nobody can change the list.

Usage: edge contest seal FORM --public DIR --store STORE [--to FILE]
`

const helpContestDraw = `Draw writes the result, which names nobody, and prints who was drawn. The same
list and seed give the same winners, here and everywhere.

Usage: edge contest draw FORM --list FILE --seed FILE --public DIR --store STORE
                         [--to FILE] [--notify]

  --list FILE    what edge contest seal wrote
  --seed FILE    the public seed, as the contest says that it is written
  --notify       have the edge that serves write to the winners
`

const helpContestVerify = `Verify draws again and compares. It needs neither the store nor the sites. It exits
with 0 where all holds, and with 1 where something does not.

Usage: edge contest verify LIST RESULT [--fingerprint HEX] [--ticket TICKET]

  --fingerprint HEX    what was published before the seed was known
  --ticket TICKET      says what became of one entry
`

const helpSurvey = `Survey counts the answers of a survey that has closed: how often each was given,
and not which came together. Groups of fewer than 10 people are hidden, and a
second one where a sum would give the first away; other counts are rounded to 5.

Usage: edge survey FORM --public DIR --store STORE [--format text|csv]
`

const helpDisclose = `Disclose writes a CSV for a processor, with the data that it may receive for a
purpose, of the people whom the purpose and their choices allow: those who gave
the data for this purpose, and where it rests on a choice, those who granted it.
It notes for each of them what went to whom, and what for; they see it on their
page. The file is its owner's alone, and its first column names the disclosure.

Usage: edge disclose PROCESSOR --for PURPOSE --public DIR --store STORE [--to FILE]

  --for PURPOSE    one of purposes.yaml that the processor works for. A sale is
                   none: nothing is sold
  --to FILE        the file, which must not be there yet

Example:
  edge disclose mail-house --for marketing.postal --public public --store sqlite:edge.db
`

const helpExport = `Export writes a zip with all that is held of a person: a page to read, JSON,
and each receipt with the words that were shown. Only its owner can read it.

Usage: edge export WHO --public DIR --store STORE [--to FILE]

  WHO       User ID or personal identification code
  --to      the file (default CODE.zip); it must not be there yet
`

const helpErase = `Erase deletes all that is held of a person, at once and for good, and tells
their email address if it is confirmed. Receipts stay as proof, and name nobody
from then on. A tombstone beside the key ring has the edge erase them again
should a backup bring them back: bring KEYS.erased to where you restore.

Usage: edge erase WHO --store STORE --keys FILE

  WHO       User ID or personal identification code
`

const helpKeys = `Keys works on the key ring, the file that makes cookies and forms of this
provider's edges what nobody else can make. All nodes have the same file.

Usage: edge keys COMMAND --keys FILE

  new         make a ring
  rotate      add a key, which issues after a while
  list        the keys, without their secrets
  retire ID   remove a key that has leaked

From one key to the next, without a visitor noticing:

  edge keys rotate --keys keys.json     then bring the file to every node
  edge keys list --keys keys.json       within the hour it issues

edge keys COMMAND --help explains a command.
`

const helpKeysNew = `New makes a key ring, readable by its owner alone. It never replaces a file:
with another ring every visitor would be a new one.

Usage: edge keys new --keys FILE        (or EDGE_KEYS)

Example:
  edge keys new --keys /etc/edge/keys.json
`

const helpKeysRotate = `Rotate adds a key to the ring. It is accepted at once and issues after the lead;
bring the file to every node within it. The key before stays accepted for as
long as cookies made with it live, 400 days. Running edges take the file up by
themselves.

Usage: edge keys rotate --keys FILE [flags]        (or EDGE_KEYS)

  --lead DURATION   time until it issues, 10m at least (default 1h0m0s)

Example:
  edge keys rotate --keys /etc/edge/keys.json --lead 24h
`

const helpKeysList = `List prints a line for each key: its id, its use, from when it issues and until
when it is accepted. Uses: pending, issues, accepted, expired.

Usage: edge keys list --keys FILE        (or EDGE_KEYS)
`

const helpKeysRetire = `Retire removes a key that has leaked. Whoever has a cookie made with it becomes
a new visitor once every node has the file. The key that issues can't be
removed: rotate first.

Usage: edge keys retire ID --keys FILE        (or EDGE_KEYS)

Example:
  edge keys retire m5xw6ytb --keys /etc/edge/keys.json
`

const helpMigrate = `Migrate makes the store where there is none and brings its schema up to date.
Edge serve does so too; with several nodes, migrate before the first of them
has the new program. Make a backup before.

Usage: edge migrate --store STORE        (or EDGE_STORE)

Example:
  edge migrate --store sqlite:/var/lib/edge/edge.db
`

const helpBackup = `Backup copies a SQLite store into a new file as it stands at one moment, while
others use it. The file is readable by its owner alone. PostgreSQL has programs
of its own for that.

Usage: edge backup FILE --store sqlite:FILE        (or EDGE_STORE)

Example:
  edge backup /backup/edge-$(date +%F).db --store sqlite:/var/lib/edge/edge.db
`

const helpRestore = `Restore puts a backup in the place of a SQLite store, whole or not at all. It
refuses a backup that is damaged, is no store, or comes from a newer program,
and a store that is in use. An older one is brought up to date.

Usage: edge restore FILE --store sqlite:FILE [flags]        (or EDGE_STORE)

  --force   replace a store that is there; what it holds is then gone

Example:
  edge restore /backup/edge-2026-03-01.db --store sqlite:/var/lib/edge/edge.db
`

const helpPermit = `Permit answers whether something may be done to a person now: only a standing
grant permits, and what was not asked never does. Ask right before doing it.

USE is the id of a choice, or of a purpose, for which then each choice that has
it must be granted; WHO is a personal identification code, or a User ID. Asking
by a User ID is noted where that person sees it.

Usage: edge permit USE WHO --public DIR --store STORE [flags]

  --public DIR      folder that indigex build wrote         EDGE_PUBLIC
  --store STORE     sqlite:FILE or postgres://…             EDGE_STORE
  --format FORMAT   text (default) or json

Exit code: 0 allowed, 1 not allowed, 2 nobody can say, so not allowed either.

Example:
  edge permit marketing.email 06AFPF8YBV5S18W0CV9Q7KXJ3M && send-the-offer
`

const helpVersion = `Version prints the module's version, the commit and the version of Go.

Usage: edge version
`

const helpAPI = `Api keys works on the keys by which other systems ask about people, at /api/ of
the admin listener. Each opens what its scopes say and nothing else. The store
has their hashes alone, and every node knows of a change at once. A name should
say which system it is: people see it beside what was read of them.

Usage: edge api keys COMMAND --store STORE

  new NAME      make a key and show it, once
  rotate NAME   make another one; the key before ends after a while
  list          all keys, without their secrets
  revoke NAME   end all keys of a name

edge api keys COMMAND --help explains a command.
`

const helpAPIKeysNew = `New makes the first key of a name and prints it, once. A name is given once for
all time, so that what people see beside their data stays true.

Usage: edge api keys new NAME --scope SCOPES --store STORE [flags]

  --scope SCOPES   what it opens, with commas between:
                   permit        may this be done to this person?
                   suppression   who must not be contacted?
                   profile       details that a purpose may see
                   disclosure    what was passed on to processors
  --for LENGTH     for how long, such as 36h, or never (default 90d)
  --store STORE    sqlite:FILE or postgres://…             EDGE_STORE

Example:
  edge api keys new order-desk --scope permit,profile >order-desk.key
`

const helpAPIKeysRotate = `Rotate makes another key of a name, with the same scopes, and prints it. The key
before is accepted for the overlap: bring the new one to the system meanwhile.

Usage: edge api keys rotate NAME --store STORE [flags]

  --overlap LENGTH   how long the key before is accepted (default 24h)
  --for LENGTH       for how long the new one is made, or never
                     (default: as the one before)
  --store STORE      sqlite:FILE or postgres://…             EDGE_STORE

Example:
  edge api keys rotate order-desk --overlap 7d >order-desk.key
`

const helpAPIKeysList = `List prints a line for each key: its name, the part of it that is no secret, its
scopes, the day on which it was made, the last day of use, and its state.

Usage: edge api keys list --store STORE        (or EDGE_STORE)
`

const helpAPIKeysRevoke = `Revoke ends all keys of a name at once, on every node.

Usage: edge api keys revoke NAME --store STORE        (or EDGE_STORE)

Example:
  edge api keys revoke order-desk --store sqlite:/var/lib/edge/edge.db
`
