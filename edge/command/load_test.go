package command_test

import (
	"bufio"
	"bytes"
	"database/sql"
	"fmt"
	"io"
	"net"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/consent/pages"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/store"
	"indigex.com/indigex/edge/store/storetest"
	"indigex.com/indigex/policy"
)

// clients is how many connections there are, each with one post under way.
const clients = 64

// BenchmarkPost has 64 clients post choices to the program over loopback, each
// as one of the people that are stored; an answer counts when its 303 has been
// read, and is durable then. rss-MB is the program's largest resident set.
//
//	go test ./edge/command -run '^$' -bench Post -benchtime 20000x
//
// Of PostgreSQL it is also reported how many rows the engine itself commits in
// the same minute over as many connections, one in each transaction.
func BenchmarkPost(b *testing.B) {
	for _, persons := range []int{1_000, 1_000_000} {
		b.Run(fmt.Sprintf("sqlite/persons=%d", persons), func(b *testing.B) {
			file := filepath.Join(b.TempDir(), "edge.db")
			s, err := store.Open(b.Context(), store.Config{URL: "sqlite:" + file})
			must(b, err)
			must(b, s.Close())
			storetest.Seed(b, file, persons)
			newLoad(b, "sqlite:"+file, persons).run(b)
		})
	}
	b.Run("postgres", func(b *testing.B) {
		database := storetest.Postgres(b).Database()
		engine := commits(b, database)
		l := newLoad(b, database, 0)
		b.ResetTimer()
		l.run(b)
		b.ReportMetric(engine, "engine-commits/s")
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds()/engine, "of_engine")
	})
}

// A load is a program that serves, and those who post to it.
type load struct {
	*node
	persons int // 0: everybody is new
	offer   string
	cookies *identity.Cookies
	forms   *identity.Forms
}

func newLoad(b *testing.B, store string, persons int) *load {
	b.Helper()
	public, file := newPublic(b), filepath.Join(b.TempDir(), "keys.json")
	must(b, identity.New(time.Now()).Create(file))
	keys, err := identity.OpenKeys(file)
	must(b, err)
	data, err := os.ReadFile(filepath.Join(public, "catalog.json"))
	must(b, err)
	catalog, err := policy.DecodeCatalog(data)
	must(b, err)
	l := &load{node: start(b, public, store, file), persons: persons, offer: consent.Mark(catalog, time.Now())}
	cfg := identity.Config{Apex: host, Ring: keys.Ring}
	l.cookies, err = identity.NewCookies(cfg)
	must(b, err)
	l.forms, err = identity.NewForms(cfg)
	must(b, err)
	return l
}

// run posts b.N times.
func (l *load) run(b *testing.B) {
	posters := make([]*poster, clients)
	for i := range posters {
		posters[i] = l.poster(b, i, (b.N-i+clients-1)/clients)
	}
	var all sync.WaitGroup
	b.ResetTimer()
	for _, p := range posters {
		all.Go(func() {
			for _, request := range p.requests {
				if err := p.post(request); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	b.StopTimer()
	var took []time.Duration
	for _, p := range posters {
		took = append(took, p.took...)
		_ = p.connection.Close()
	}
	slices.Sort(took)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "posts/s")
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(l.resident(), "rss-MB")
	if code := l.end(syscall.SIGTERM); code != 0 {
		b.Errorf("exit code %d", code)
	}
}

// resident is the largest resident set of the program so far, in 10⁶ bytes.
func (l *load) resident() float64 {
	l.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", l.Process.Pid))
	must(l.TB, err)
	for line := range strings.Lines(string(status)) {
		if fields := strings.Fields(line); fields[0] == "VmHWM:" {
			kibibytes, err := strconv.Atoi(fields[1])
			must(l.TB, err)
			return float64(kibibytes) * 1024 / 1e6
		}
	}
	l.Fatal("the system doesn't say how much memory a process has")
	return 0
}

// A poster is a client with a connection of its own. The people that it posts
// for are no other poster's.
type poster struct {
	*load
	connection net.Conn
	answers    *bufio.Reader
	// requests are made beforehand, so that they cost the program nothing.
	requests [][]byte
	took     []time.Duration
}

func (l *load) poster(b *testing.B, number, posts int) *poster {
	b.Helper()
	connection, err := net.Dial("tcp", l.addr)
	must(b, err)
	p := &poster{load: l, connection: connection, answers: bufio.NewReader(connection)}
	stands := map[int]string{} // what each person answers last
	for n := range posts {
		person := number + clients*n
		was := ""
		if l.persons > 0 {
			// 7919 is a prime, so that they are not stored beside each other.
			person = number + clients*(n*7919%(l.persons/clients))
			was = "marketing.email=granted:"
		}
		if s, ok := stands[person]; ok {
			was = s
		}
		state := "granted"
		if strings.HasSuffix(was, "=granted") {
			state = "refused"
		}
		stands[person] = "marketing.email=" + state
		request, err := p.request(person, was, state)
		must(b, err)
		p.requests = append(p.requests, request)
	}
	return p
}

// post sends a request and waits for its answer.
func (p *poster) post(request []byte) error {
	began := time.Now()
	if _, err := p.connection.Write(request); err != nil {
		return err
	}
	if err := p.read(); err != nil {
		return err
	}
	p.took = append(p.took, time.Since(began))
	return nil
}

// request is what a person's browser sends.
func (p *poster) request(person int, stands, state string) ([]byte, error) {
	cookie := httptest.NewRecorder()
	v := identity.Visitor{Code: storetest.Person(person)}.WithSeen("privacy", 1)
	if err := p.cookies.Write(cookie, v); err != nil {
		return nil, err
	}
	form, err := p.forms.Begin(cookie, httptest.NewRequest("GET", "/", nil))
	if err != nil {
		return nil, err
	}
	var jar []string
	for _, c := range cookie.Result().Cookies() {
		jar = append(jar, c.Name+"="+c.Value)
	}
	body := url.Values{"token": {form.Token(pages.Purpose)}, "offer": {p.offer}, "shown": {stands}, "choice.marketing.email": {state}}.Encode()
	var b bytes.Buffer
	fmt.Fprintf(&b, "POST /preferences HTTP/1.1\r\nHost: %s\r\nOrigin: https://%s\r\nSec-Fetch-Site: same-origin\r\nCookie: %s\r\n"+
		"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s", host, host, strings.Join(jar, "; "), len(body), body)
	return b.Bytes(), nil
}

// read takes a whole answer, which has to be a 303 to a receipt.
func (p *poster) read() error {
	length, receipt := 0, false
	status, err := p.answers.ReadString('\n')
	for err == nil {
		var line string
		if line, err = p.answers.ReadString('\n'); line == "\r\n" {
			break
		}
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch name {
		case "Content-Length":
			length, err = strconv.Atoi(value)
		case "Location":
			receipt = strings.HasPrefix(value, "/preferences/receipts/")
		}
	}
	if err != nil {
		return err
	}
	body, err := io.ReadAll(io.LimitReader(p.answers, int64(length)))
	if err != nil || !strings.HasPrefix(status, "HTTP/1.1 303 ") || !receipt {
		return fmt.Errorf("%s %s: %v", status, body, err)
	}
	return nil
}

// commits returns how many transactions a second the engine commits that
// insert one short row, over as many connections as there are clients.
func commits(b *testing.B, database string) float64 {
	b.Helper()
	db, err := sql.Open("pgx", database)
	must(b, err)
	defer db.Close()
	db.SetMaxOpenConns(clients)
	db.SetMaxIdleConns(clients)
	_, err = db.Exec("CREATE TABLE bare (id bigserial PRIMARY KEY, code bytea, choice text, state text, at bigint)")
	must(b, err)
	statement, err := db.Prepare("INSERT INTO bare (code, choice, state, at) VALUES ($1, 'marketing.email', 'granted', 1)")
	must(b, err)
	defer statement.Close()
	const rows = 20_000
	var next atomic.Int64
	var all sync.WaitGroup
	began := time.Now()
	for range clients {
		all.Go(func() {
			for n := next.Add(1); n <= rows; n = next.Add(1) {
				code := storetest.Person(int(n))
				if _, err := statement.Exec(code[:]); err != nil {
					b.Error(err)
				}
			}
		})
	}
	all.Wait()
	return rows / time.Since(began).Seconds()
}
