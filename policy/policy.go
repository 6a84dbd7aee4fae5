// Package policy is the vocabulary that the generator, the templates and the
// edge share. It uses the standard library alone and does no I/O of its own.
//
// # The catalog
//
// The catalog is the one file that passes from the generator to the edge:
// public/catalog.json. It is a JSON object in UTF-8 with these members, each
// of them required, as are the members of the objects within:
//
//	format     4; a reader refuses any other number
//	company    who answers for the sites and the data, with
//	             name        its name
//	             legal_name  its name in law
//	             domain      the one that the sites' hosts share where they
//	                         are published, also in a preview
//	             postal_address  its lines on an envelope, without the name;
//	                         none where the company states no address
//	             contacts    mail addresses, each with
//	                           id     a word
//	                           label  what it is called
//	                           email  the address
//	                           about  what to write there for; may be empty
//	identity   "on-visit" where a visitor gets a personal identification code
//	           with the first page, "on-choice" where not before they make a
//	           choice
//	sites      the sites, at least one, the apex first, each with
//	             id      name of its folder below content/sites
//	             title   its title
//	             host    host name in small letters without port, also the
//	                     folder below public/
//	             origin  scheme, host and port, such as "https://indigex.com";
//	                     the default port is left out
//	             language  a tag of BCP 47, such as "en"
//	             shell   the file below public/HOST/ that is a page of the
//	                     site without content, for pages that the edge
//	                     makes: a clean relative path in a folder whose name
//	                     begins with a dot, so that it is never served, and
//	                     that is not .at/
//	redirects  old addresses, each with
//	             host    the host on which it is asked for
//	             from    the path asked for, percent-decoded
//	             to      the path, or absolute address on one of the sites,
//	                     percent-encoded
//	timed      pages that change by the clock alone, sorted by host, path and
//	           moment, each with
//	             host    the host of a site
//	             path    the path asked for, percent-decoded, without empty
//	                     and dot segments, such as "/privacy/"
//	             from    the moment from which the file stands for the path,
//	                     in RFC 3339, UTC and whole seconds, such as
//	                     "2026-03-01T00:00:00Z"
//	             file    the file below public/HOST/, a clean relative path
//	                     that begins with ".at/"
//	policies   the policies with their published versions; see below
//	choices    what people permit or refuse; see below
//	purposes, categories, retention, mechanisms, processors
//	           what is declared beside the choices; see below
//	forms      the forms, sorted by id; see below
//	texts      an object: the words of sections by their hashes; at least
//	           those of each section of each version that offers one of the
//	           choices, whether by its present id or by another. A hash is
//	           HashText of its words
//
// No id, no host, no path of a host among the redirects, and no moment of a
// path stands twice, and no id in a list of ids. Where a member names
// something else by its id, that is there. Readers refuse unknown and doubled members and whatever
// follows the object, so a new member is a new format. Unless said otherwise,
// text is neither blank nor has it control characters, and lists may be
// empty.
//
// # Timed pages
//
// At any time, the page at a path is the file of the newest entry whose
// moment has come. Before the first moment it is the file that lies at the
// path itself, if there is one; a server that doesn't know the catalog shows
// that one always.
//
// # Policies
//
// Each of the policies has
//
//	id        name of its folder below content/policies
//	title     its title
//	short     its short title
//	site      id of the site that has its pages
//	address   absolute address of the page in force, ending in a slash
//	contact   id of the company's contact for questions about it, or empty
//	versions  its published versions, ordered by number, each with
//	            number     counts from 1 without a gap
//	            published  the day on which people could first read it
//	            effective  the day from which it holds: not before published,
//	                       and later than that of the version before
//	            address    its permanent address, absolute
//	            summary    what changed for the reader, in plain words
//	            sections   the parts of its text, in order, each with
//	                         id     unique in the version, without a space
//	                         title  its heading, with its number
//	                         hash   SHA-256 of its visible text, 64 small
//	                                hexadecimal digits; see Section
//	            aliases    an object: from ids that sections had, none of
//	                       which is one now, to ids that they have
//	            promises   an object: by the ids of its sections, what each
//	                       promises, headings within it included: the lists
//	                       choices, purposes, categories, processors and
//	                       mechanisms, of ids. A section that promises
//	                       nothing has no entry. An old version may have
//	                       promised what is declared no more; that is left
//	                       out
//	notices   what a change means to somebody who knows an earlier version,
//	          one at most for each two versions, sorted by from and to, each
//	          with
//	            from     number of the version that the reader knows
//	            to       number of a later version
//	            kind     editorial, clarification or material
//	            changes  what the editors declared, each with
//	                       kind        as above
//	                       text        one sentence
//	                       sections    ids of sections
//	                       choices     ids of affected choices
//	                       purposes    ids of affected purposes
//	                       processors  ids of processors
//	            choices  ids of the choices that fall back to not asked
//	            address  absolute address of the page that compares the two
//	            html     all of it as a fragment of HTML, not empty, to be
//	                     sent as it stands once the later version is in
//	                     force
//	            announced_html  the same, for as long as it is announced
//
// Days are written as in "2026-03-01" and begin at midnight UTC. Addresses
// are on the origin of the policy's site, percent-encoded, without query and
// fragment. Which version is in force follows from the clock of whoever asks,
// by the effective dates alone.
//
// # Choices
//
// Each of the choices has
//
//	id        small letters and digits, in parts divided by a hyphen or dot
//	name      its name
//	words     the exact words that a person agrees to
//	refuse    the exact words of the opposite
//	hash      SHA-256 of words and refuse, each with a line feed after it,
//	          in 64 small hexadecimal digits; see HashChoice
//	kind      marketing, third-party, newsletter, use, billing or profile
//	channel   email, postal, telephone, or empty
//	sender    provider, third-party, or empty
//	policy    id of the policy that offers it
//	section   id of the section that offers it, at least in one version of
//	          the policy; an alias counts
//	purposes  ids of the purposes that it permits
//	gpc       true where the signal Global Privacy Control refuses it
//
// # What is declared
//
// Beside the choices stand five lists. Their ids have the form of a choice's,
// and their order is that of the content's files.
//
//	purposes    what data is used for, each with
//	              id          its id
//	              name, text  its name, and a sentence of what is done
//	              dpv         a term of the W3C Data Privacy Vocabulary, such
//	                          as "dpv:DirectMarketing", or empty; never one
//	                          of sale
//	              categories  ids of the kinds of data that it uses
//	              choice      id of the choice that permits it, among whose
//	                          purposes it is; empty where none is needed
//	              optional    true where nobody has to allow it to get what
//	                          they asked for
//	categories  kinds of data, each with
//	              id          its id
//	              name, text  its name, and a sentence that may be empty
//	              dpv         as above
//	              retention   id of the rule that says how long it is kept
//	retention   rules of how long data is kept, each with
//	              id          its id
//	              keep        a duration of ISO 8601 in its one form, such as
//	                          "P3Y", "P1Y6M", "P90D" or "PT12H"; see Period
//	              from        what it counts from, in words
//	              text        the rule in words
//	mechanisms  what keeps promises, each with
//	              id          its id
//	              name, text  its name, and a sentence of what it does
//	              address     a path on the sites, percent-encoded
//	processors  who does limited services for the company, each with
//	              id          its id
//	              role        what it is for the company
//	              service     a sentence of what it does
//	              country     a code of ISO 3166-1 alpha-2
//	              purposes    ids of the only uses
//	              categories  ids of the only data that it may receive
//
// # Forms
//
// Each of the forms has
//
//	id           its id, as in its address /forms/ID
//	title        its title
//	description  a sentence of what it is for
//	policy       id of the policy whose words hold for it
//	who          who may send it: anyone, account or once
//	retention    id of the rule for what was sent
//	parts        its words, each with
//	               id     that of the heading of the second level with which
//	                      the part begins; empty for what stands before the
//	                      first
//	               title  the heading's text; empty where there is none
//	               text   what a reader sees, the heading included: lines
//	                      that each end in a line feed
//	               html   the same as a fragment of HTML, as Markdown makes
//	                      it: no pictures and no scripts, each element
//	                      closed, headings with their ids, links to absolute
//	                      addresses or to those that the edge has on every
//	                      host. All parts one after the other are the body
//	fields       its questions, in order, each with
//	               name      the name under which the answer is sent:
//	                         a-z, then a-z, 0-9, dots, hyphens, underscores;
//	                         "choice." and the choice's id for a consent
//	               type      one of FieldTypes
//	               label     the question; empty for consent, perhaps for
//	                         hidden
//	               help      a hint, or empty
//	               required  true where nobody can leave it out
//	               category, purpose  ids of the kind of data and of what it
//	                         is for, which uses it; empty for consent,
//	                         perhaps for hidden
//	               choice    id of the choice that a consent offers
//	               options   the answers of a choice or several, none twice
//	               from, to  the bounds of a scale, at most 20 apart; else 0
//	               low, high what the ends of a scale mean, or empty
//	               value     what is sent for a hidden one
//	hash         SHA-256 of the words that a person is shown, in 64 small
//	             hexadecimal digits; see FormWords
package policy
