package identity

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// ringFormat is the version of the file's format.
const ringFormat = 1

// ringFile is the file as JSON.
type ringFile struct {
	Format int       `json:"format"`
	Keys   []keyFile `json:"keys"`
}

type keyFile struct {
	ID            string `json:"id"`
	Created       string `json:"created"`
	IssuesFrom    string `json:"issues_from"`
	AcceptedUntil string `json:"accepted_until,omitempty"`
	Hash          []byte `json:"hash"`
	Encryption    []byte `json:"encryption"`
}

// encode returns the file of a ring.
func (r *Ring) encode() ([]byte, error) {
	file := ringFile{Format: ringFormat}
	for _, k := range r.keys {
		entry := keyFile{ID: k.ID, Created: k.Created.Format(time.RFC3339), IssuesFrom: k.IssuesFrom.Format(time.RFC3339), Hash: k.hash, Encryption: k.encryption}
		if !k.AcceptedUntil.IsZero() {
			entry.AcceptedUntil = k.AcceptedUntil.Format(time.RFC3339)
		}
		file.Keys = append(file.Keys, entry)
	}
	data, err := json.MarshalIndent(file, "", "  ")
	return append(data, '\n'), err
}

// decodeRing reads the file of a ring and takes exactly what encode writes.
// The errors hold nothing of the file: it may be a secret in the wrong place.
func decodeRing(data []byte) (*Ring, error) {
	var file ringFile
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, errors.New("is not JSON of a key ring")
	}
	if file.Format != ringFormat {
		return nil, fmt.Errorf("has format %d, and this program reads %d", file.Format, ringFormat)
	}
	r := &Ring{}
	for i, entry := range file.Keys {
		k, err := entry.key()
		if err != nil {
			return nil, fmt.Errorf("key %d: %w", i+1, err)
		}
		r.keys = append(r.keys, k)
	}
	if err := r.check(); err != nil {
		return nil, err
	}
	// Members that are unknown, doubled or in another case come to light here.
	if again, err := r.encode(); err != nil || !bytes.Equal(again, data) {
		return nil, errors.New("has been edited: it is not what the commands for keys write")
	}
	for i := range r.keys {
		r.keys[i].prepare()
	}
	return r, nil
}

func (f keyFile) key() (key, error) {
	k := key{Key: Key{ID: f.ID}, hash: f.Hash, encryption: f.Encryption}
	for _, t := range []struct {
		name, text string
		to         *time.Time
	}{{"created", f.Created, &k.Created}, {"issues_from", f.IssuesFrom, &k.IssuesFrom}, {"accepted_until", f.AcceptedUntil, &k.AcceptedUntil}} {
		if t.text == "" && t.to == &k.AcceptedUntil {
			continue
		}
		at, err := time.Parse("2006-01-02T15:04:05Z", t.text)
		if err != nil || at.IsZero() {
			return key{}, fmt.Errorf("%s is not a time such as 2026-03-01T09:00:00Z", t.name)
		}
		*t.to = at
	}
	return k, nil
}
