package store_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	"indigex.com/indigex/edge/store"
	"indigex.com/indigex/edge/store/storetest"
)

const clients = 64

// sizes are the numbers of persons that are stored before.
var sizes = []int{0, 1_000, 1_000_000}

// run has the clients append, each one changed choice of one of the persons.
func run(b *testing.B, s *store.Store, persons int) {
	b.Helper()
	var next atomic.Int64
	first := storetest.Submission(storetest.Person(0), "marketing.email")
	b.SetParallelism(clients / 2)
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			n := next.Add(1)
			sub := first
			sub.Nonce = storetest.Nonce()
			sub.Code = storetest.Person(int(n))
			if persons > 0 {
				sub.Code = storetest.Person(int(n*7919) % persons)
			}
			if _, _, err := s.Append(b.Context(), sub); err != nil {
				b.Error(err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "appends/s")
}

func seeded(b *testing.B, persons int) *store.Store {
	b.Helper()
	file := b.TempDir() + "/edge.db"
	url := "sqlite:" + file
	s, err := store.Open(b.Context(), store.Config{URL: url})
	if err != nil {
		b.Fatal(err)
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	storetest.Seed(b, file, persons)
	return storetest.Open(b, store.Config{URL: url})
}

func BenchmarkAppendSQLite(b *testing.B) {
	for _, persons := range sizes {
		s := seeded(b, persons)
		b.Run(fmt.Sprintf("persons=%d", persons), func(b *testing.B) { run(b, s, persons) })
	}
}

func BenchmarkLatestSQLite(b *testing.B) {
	for _, persons := range sizes[1:] {
		s := seeded(b, persons)
		b.Run(fmt.Sprintf("persons=%d", persons), func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if records, err := s.Latest(b.Context(), storetest.Person(i*7919%persons)); err != nil || len(records) != 1 {
					b.Fatalf("%v, %v", records, err)
				}
			}
		})
	}
}

func BenchmarkAppendPostgres(b *testing.B) {
	s := storetest.Open(b, store.Config{URL: storetest.Postgres(b).Database()})
	run(b, s, 0)
}

// BenchmarkInsertPostgres is what the engine itself does: a transaction each,
// of one short row, over as many connections as there are clients.
func BenchmarkInsertPostgres(b *testing.B) {
	db := open(b, "pgx", storetest.Postgres(b).Database())
	db.SetMaxOpenConns(clients)
	db.SetMaxIdleConns(clients)
	if _, err := db.Exec("CREATE TABLE bare (id bigserial PRIMARY KEY, code bytea, choice text, state text, at bigint)"); err != nil {
		b.Fatal(err)
	}
	statement, err := db.Prepare("INSERT INTO bare (code, choice, state, at) VALUES ($1, 'marketing.email', 'granted', 1)")
	if err != nil {
		b.Fatal(err)
	}
	var next atomic.Int64
	b.SetParallelism(clients / 2)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			code := storetest.Person(int(next.Add(1)))
			if _, err := statement.Exec(code[:]); err != nil {
				b.Error(err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "inserts/s")
}
