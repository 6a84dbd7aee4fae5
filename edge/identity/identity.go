// Package identity knows a visitor again: by the personal identification code
// in a cookie that is encrypted and authenticated, over all hosts of the
// provider and without a look into a database.
//
// A code identifies, it does not authorise. Whoever holds one may see change
// notices and make choices, never see personal data.
//
// # The identity cookie
//
// [Cookies] reads and writes __Secure-code, which goes to the apex and every
// host below it for at most 400 days:
//
//	__Secure-code=VALUE; Path=/; Domain=APEX; Max-Age=34560000; HttpOnly; Secure; SameSite=Lax
//
// VALUE is made by securecookie (AES-256 in counter mode, then HMAC-SHA256)
// from JSON: the code, the second in which it was issued, and for each policy
// the number of the version last seen and of the announced version
// acknowledged, 0 for none.
//
//	{"code":"06AFPF8YBV5S18W0CV9Q7KXJ3M","issued":1767225600,"policies":{"privacy":[3,4]}}
//
// Where the code is that of an account, "user" with the User ID stands before
// the policies, so that each host can show it; it opens nothing.
//
// The name of the cookie and its purpose are authenticated with it, so that no
// value passes that was made for another place. The whole line stays within
// the 4,096 bytes that a browser has to take (RFC 6265, section 6.1): 20
// policies fit, however long their ids are. securecookie adds a time of its
// own, from a clock that cannot be injected; the issued member alone counts.
//
// Opening a value costs some microseconds, so [Cookies] remembers the last ten
// thousand or so, in at most 8 MiB, by the whole value. Ages, the future and
// the keys that are accepted are judged anew at each request, and what another
// ring opened is opened again, so a key that is retired ends its cookies at
// once.
//
// A preview over plain http on *.localhost uses the same attributes: browsers
// treat those hosts as secure.
//
// # The form token
//
// [Forms] binds a form to the browser that it was shown in, whoever uses it:
// a random value in __Host-form, a cookie of the one host that ends with the
// browser's session, and a token in the form:
//
//	token = base64url(expiry, 8 bytes | nonce, 16 bytes | mac, 32 bytes)
//	mac   = HMAC-SHA256(key, 0x01 | cookie, 16 bytes | expiry | nonce | purpose)
//
// in which key is HMAC-SHA256(hash key, "indigex form token"). The nonce is
// another one in each form that is rendered; a store takes it as the mark by
// which the second of two equal posts is found.
//
// # The key ring
//
// The keys stand in a file that its owner alone may read, at most 64 KiB of
// JSON, written by [Ring.Create] and [Ring.Save] and read by [Load], which
// takes exactly what they write:
//
//	{
//	  "format": 1,
//	  "keys": [
//	    {
//	      "id": "m5xw6ytb",
//	      "created": "2026-03-01T09:00:00Z",
//	      "issues_from": "2026-03-01T10:00:00Z",
//	      "accepted_until": "2027-06-01T08:05:00Z",
//	      "hash": "32 bytes in base64",
//	      "encryption": "32 bytes in base64"
//	    }
//	  ]
//	}
//
// Keys are in the order in which they begin to issue, 1 to 32 of them. Times
// are whole seconds in UTC. accepted_until is missing from the last key and
// stands in every other. The key that issues is the last one whose issues_from
// has come, or the first where none has. It and every other key are accepted
// until their end, those that do not issue yet included.
//
// So a new key is taken everywhere before anything is made with it: rotate,
// bring the file to every node within the lead that the key was given, less
// [Skew] for clocks that differ, and have each node call [Keys.Reload] often,
// every few seconds. The old key stays accepted for as long as a cookie made
// with it may live. A key that has leaked is removed with [Ring.Retire].
package identity

import "time"

const (
	// MaxAge is how long an identity cookie lives. Browsers keep none for
	// longer than 400 days (RFC 6265bis, section 5.5).
	MaxAge = 400 * 24 * time.Hour
	// Skew is by how much the clocks of two nodes may differ.
	Skew = 5 * time.Minute
	// TokenAge is how long a form may stay open before it is sent.
	TokenAge = 24 * time.Hour
)
