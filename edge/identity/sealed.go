package identity

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// sealed writes and reads what is encrypted, as the one JSON text that the
// package comment shows: no space, policies in the order of their ids. It is
// securecookie's serializer. encoding/json would allocate more than twice as
// often, on the way of each page, and take members in any case.
type sealed struct{}

// Serialize returns the JSON of a Visitor.
func (sealed) Serialize(src any) ([]byte, error) {
	v, ok := src.(*Visitor)
	if !ok {
		return nil, errors.New("not a visitor")
	}
	b := make([]byte, 0, 96+len(v.policies)*96)
	b = append(codeText.AppendEncode(append(b, `{"code":"`...), v.Code[:]), `","issued":`...)
	b = strconv.AppendInt(b, v.Issued.Unix(), 10)
	if v.UserID != "" {
		b = append(append(append(b, `,"user":"`...), v.UserID...), '"')
	}
	for i, a := range v.policies {
		if i == 0 {
			b = append(b, `,"policies":{"`...)
		} else {
			b = append(b, `,"`...)
		}
		b = strconv.AppendInt(append(append(b, a.id...), `":[`...), int64(a.seen), 10)
		b = strconv.AppendInt(append(b, ','), int64(a.acknowledged), 10)
		b = append(b, ']')
	}
	if len(v.policies) > 0 {
		b = append(b, '}')
	}
	return append(b, '}'), nil
}

// Deserialize fills a Visitor from what Serialize returned. It is authentic,
// so that whatever differs is a fault of another program with the same keys.
func (sealed) Deserialize(src []byte, dst any) error {
	v, ok := dst.(*Visitor)
	if !ok {
		return errors.New("not a visitor")
	}
	t := text{string(src), true}
	t.skip(`{"code":"`)
	code, err := ParseCode(t.take(codeLength))
	t.skip(`","issued":`)
	v.Code, v.Issued = code, time.Unix(int64(t.number()), 0).UTC()
	if t.begins(`,"user":"`) {
		v.UserID = t.quoted()
		t.ok = t.ok && v.UserID != ""
	}
	if t.begins(`,"policies":{`) {
		v.policies = make([]acquaintance, 0, 4)
		for t.ok && len(v.policies) <= maxPolicies {
			v.policies = append(v.policies, t.policy())
			if !t.begins(",") {
				break
			}
		}
		t.skip("}")
	}
	t.skip("}")
	if err != nil || !t.ok || t.rest != "" || !v.sorted() {
		return errors.New("not the JSON of a visitor")
	}
	return v.check()
}

// sorted says whether no id is before or the same as the one in front.
func (v *Visitor) sorted() bool {
	for i := 1; i < len(v.policies); i++ {
		if v.policies[i-1].id >= v.policies[i].id {
			return false
		}
	}
	return true
}

// text is what is left to read, and whether all before was as it should.
type text struct {
	rest string
	ok   bool
}

// begins skips a prefix where it is there.
func (t *text) begins(prefix string) bool {
	rest, is := strings.CutPrefix(t.rest, prefix)
	t.rest = rest
	return is
}

func (t *text) skip(prefix string) { t.ok = t.begins(prefix) && t.ok }

// take returns the next n bytes.
func (t *text) take(n int) string {
	if len(t.rest) < n {
		t.ok = false
		return ""
	}
	taken := t.rest[:n]
	t.rest = t.rest[n:]
	return taken
}

// number reads up to 12 digits without a zero in front, so below 10¹².
func (t *text) number() int {
	n, digits := 0, 0
	for digits < len(t.rest) && digits < 12 && t.rest[digits] >= '0' && t.rest[digits] <= '9' {
		n = 10*n + int(t.rest[digits]-'0')
		digits++
	}
	t.ok = t.ok && digits > 0 && (t.rest[0] != '0' || digits == 1)
	t.rest = t.rest[digits:]
	return n
}

// quoted reads up to a quotation mark and skips that.
func (t *text) quoted() string {
	taken := t.take(max(0, strings.IndexByte(t.rest, '"')))
	t.skip(`"`)
	return taken
}

func (t *text) policy() (a acquaintance) {
	t.skip(`"`)
	a.id = t.quoted()
	t.skip(`:[`)
	a.seen = t.number()
	t.skip(",")
	a.acknowledged = t.number()
	t.skip("]")
	return a
}
