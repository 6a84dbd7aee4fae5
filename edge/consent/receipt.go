package consent

import (
	"context"
	"fmt"
	"time"

	"indigex.com/indigex/policy"
)

// A Document is a receipt for programs, modelled on ISO/IEC TS 27560:2023,
// with terms of the W3C Data Privacy Vocabulary where one fits. The names of
// the members and what they map to are in docs/privacy.md.
type Document struct {
	Schema    string `json:"schema_version"`
	ReceiptID string `json:"receipt_id"`
	Sequence  int64  `json:"sequence"`
	// Principal is the personal identification code.
	Principal  string          `json:"pii_principal_id"`
	Controller Controller      `json:"pii_controller"`
	Created    time.Time       `json:"timestamp"`
	Host       string          `json:"host"`
	Source     Source          `json:"method"`
	Reason     string          `json:"reason,omitempty"`
	Records    []DocumentEvent `json:"records"`
}

// A Controller is who asked.
type Controller struct {
	Name string `json:"name"`
	Site string `json:"site"`
}

// A DocumentEvent is one answer.
type DocumentEvent struct {
	Choice string `json:"choice"`
	// State is granted or refused, Status the same in the words of DPV.
	State    State    `json:"state"`
	Status   string   `json:"dpv_status"`
	Basis    string   `json:"lawful_basis"`
	Purposes []string `json:"purposes"`
	Notice   Told     `json:"privacy_notice"`
	// Words and Refuse are the exact words of the two answers.
	Words     string `json:"words"`
	Refuse    string `json:"words_refuse"`
	WordsHash string `json:"words_sha256"`
	// Signal says that Global Privacy Control was honoured.
	Signal bool `json:"gpc"`
}

// Told is what the person could read.
type Told struct {
	Policy      string `json:"policy"`
	Version     int    `json:"version"`
	Address     string `json:"address,omitempty"`
	SectionHash string `json:"section_sha256"`
	Section     string `json:"section_text"`
}

// Describe returns a receipt for programs. The words are those of the store,
// as they were shown; the catalog adds what is said of choices and policies
// today. It fails where the store does, and where it lacks words, which it
// never should.
func Describe(ctx context.Context, s Store, c *policy.Catalog, r Receipt) (Document, error) {
	d := Document{
		Schema: "indigex-receipt-1", ReceiptID: r.ID, Sequence: r.Sequence, Principal: r.Code.String(),
		Controller: Controller{Name: c.Company.Name, Site: c.Sites[0].Origin},
		Created:    r.At, Host: r.Host, Source: r.Source, Reason: r.Reason, Records: []DocumentEvent{},
	}
	for i := range r.Answers {
		e, err := describe(ctx, s, c, &r.Answers[i])
		if err != nil {
			return Document{}, fmt.Errorf("receipt %s: choice %s: %w", r.ID, r.Answers[i].Choice, err)
		}
		d.Records = append(d.Records, e)
	}
	return d, nil
}

func describe(ctx context.Context, s Store, c *policy.Catalog, a *Answer) (DocumentEvent, error) {
	words, err := s.Text(ctx, a.WordsHash)
	if err != nil {
		return DocumentEvent{}, err
	}
	section, err := s.Text(ctx, a.SectionHash)
	if err != nil {
		return DocumentEvent{}, err
	}
	e := DocumentEvent{
		Choice: a.Choice, State: a.State, Status: "dpv:ConsentGiven", Basis: "dpv:Consent", Purposes: []string{},
		Notice:    Told{Policy: a.Policy, Version: a.Version, SectionHash: a.SectionHash, Section: section},
		WordsHash: a.WordsHash, Signal: a.Signal,
	}
	e.Words, e.Refuse = cutWords(words)
	if a.State == Refused {
		e.Status = "dpv:ConsentRefused"
	}
	if choice := c.Choice(a.Choice); choice != nil {
		e.Purposes = append(e.Purposes, choice.Purposes...)
	}
	if p := c.Policy(a.Policy); p != nil {
		if v := p.Version(a.Version); v != nil {
			e.Notice.Address = v.Address
		}
	}
	return e, nil
}
