package admin

import (
	"context"
	"errors"
	"time"

	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/identity"
)

// Store returns a store that does what next does and measures it.
func (m *Metrics) Store(next consent.Store) consent.Store { return &measured{m, next} }

type measured struct {
	metrics *Metrics
	next    consent.Store
}

// took notes one call. What is not there and what conflicts are answers, not
// failures of the store.
func (s *measured) took(operation string, began time.Time, err error) {
	s.metrics.set.GetOrCreatePrometheusHistogram(`edge_store_seconds{operation="` + operation + `"}`).UpdateDuration(began)
	if errors.Is(err, consent.ErrUnavailable) {
		s.metrics.set.GetOrCreateCounter(`edge_store_errors_total{operation="` + operation + `"}`).Inc()
	}
}

func (s *measured) Append(ctx context.Context, sub consent.Submission) (r consent.Receipt, repeated bool, err error) {
	defer func(began time.Time) { s.took("append", began, err) }(time.Now())
	return s.next.Append(ctx, sub)
}

func (s *measured) Latest(ctx context.Context, code identity.Code) (r []consent.Record, err error) {
	defer func(began time.Time) { s.took("latest", began, err) }(time.Now())
	return s.next.Latest(ctx, code)
}

func (s *measured) History(ctx context.Context, code identity.Code, before int64, limit int) (r []consent.Receipt, err error) {
	defer func(began time.Time) { s.took("history", began, err) }(time.Now())
	return s.next.History(ctx, code, before, limit)
}

func (s *measured) Receipt(ctx context.Context, code identity.Code, id string) (r consent.Receipt, err error) {
	defer func(began time.Time) { s.took("receipt", began, err) }(time.Now())
	return s.next.Receipt(ctx, code, id)
}

func (s *measured) Submitted(ctx context.Context, code identity.Code, nonce [16]byte) (r consent.Receipt, err error) {
	defer func(began time.Time) { s.took("submitted", began, err) }(time.Now())
	return s.next.Submitted(ctx, code, nonce)
}

func (s *measured) Text(ctx context.Context, hash string) (text string, err error) {
	defer func(began time.Time) { s.took("text", began, err) }(time.Now())
	return s.next.Text(ctx, hash)
}
