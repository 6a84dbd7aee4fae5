// Package policy is the vocabulary that the generator, the templates and the
// edge share. It uses the standard library alone and does no I/O of its own.
//
// # The catalog
//
// The catalog is the one file that passes from the generator to the edge:
// public/catalog.json. It is a JSON object in UTF-8 with these members, each
// of them required:
//
//	format     1; a reader refuses any other number
//	provider   name of the company
//	sites      the sites, at least one, the apex first, each with
//	             id      name of its folder below content/sites
//	             title   its title
//	             host    host name in small letters without port, also the
//	                     folder below public/
//	             origin  scheme, host and port, such as "https://indigex.com";
//	                     the default port is left out
//	redirects  old addresses, each with
//	             host    the host on which it is asked for
//	             from    the path asked for, percent-decoded
//	             to      the path, or absolute address on one of the sites,
//	                     percent-encoded
//
// No id, no host, and no path of a host stands twice. Readers refuse unknown
// and doubled members and whatever follows the object, so a new member is a
// new format.
package policy
