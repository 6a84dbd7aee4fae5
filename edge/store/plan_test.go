package store

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestPlans holds that no query of a request goes through a whole table.
func TestPlans(t *testing.T) {
	s, err := Open(t.Context(), Config{URL: "sqlite:" + filepath.Join(t.TempDir(), "a.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	queries := []string{selectNonces + "($1,$2)", selectStanding + "($1,$2)", purgeNonces + ")", s.engine.sequences}
	for query := range s.queries {
		queries = append(queries, query)
	}
	for _, query := range queries {
		args := make([]any, strings.Count(query, "$"))
		rows, err := s.engine.read.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+query, args...)
		if err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		for rows.Next() {
			var id, parent, unused int
			var step string
			if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(step, "SCAN") && step != "SCAN c" && step != "SCAN chain" && step != "SCAN CONSTANT ROW" && step != "SCAN refused" {
				t.Errorf("%s: %s", query, step)
			}
		}
		if err := rows.Err(); err != nil {
			t.Error(err)
		}
	}
}

// TestDurable holds what a killed process can't show, since the system keeps
// what it had written: each commit waits for the disk.
func TestDurable(t *testing.T) {
	e, err := openSQLite(t.Context(), filepath.Join(t.TempDir(), "a.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := e.close(); err != nil {
			t.Error(err)
		}
	}()
	for pragma, want := range map[string]string{"synchronous": "2", "journal_mode": "wal", "mmap_size": "0"} {
		var got string
		if err := e.write.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got); err != nil || got != want {
			t.Errorf("%s: %s, want %s, %v", pragma, got, want, err)
		}
	}
}
