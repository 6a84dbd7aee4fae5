package storetest

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
)

// A Server is a PostgreSQL of one's own, in a folder of its own and reachable
// by a socket in it alone.
type Server struct {
	tb   testing.TB
	dir  string // of the socket and the data
	bin  string
	more string // options
	next atomic.Int64
}

// Postgres starts a server that ends with the test. Options are written as
// for the program postgres, such as "-c fsync=off". Where PostgreSQL is not
// installed, the test is skipped, and fails in CI.
func Postgres(tb testing.TB, options ...string) *Server {
	tb.Helper()
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if err != nil || len(found) == 0 {
		Missing(tb, "PostgreSQL is not installed; apt-get install postgresql")
	}
	dir, err := os.MkdirTemp("", "pg-") // short: a socket's path is bounded
	must(tb, err)
	tb.Cleanup(func() { must(tb, os.RemoveAll(dir)) })
	must(tb, os.Chmod(dir, 0o711))
	s := &Server{tb: tb, dir: dir, bin: filepath.Dir(slices.Max(found)), more: strings.Join(options, " ")}
	must(tb, os.Mkdir(s.data(), 0o700))
	s.own()
	s.run(s.program("initdb", "--pgdata", s.data(), "--auth=trust", "--username=edge", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")...)
	tb.Cleanup(func() {
		// It may have been stopped already, which is no failure.
		_, _ = s.attempt(s.program("pg_ctl", "stop", "--pgdata", s.data(), "--mode=immediate", "--wait"))
	})
	s.Start()
	return s
}

// Missing skips a test for want of something, and fails it in CI.
func Missing(tb testing.TB, why string) {
	tb.Helper()
	if os.Getenv("CI") == "true" {
		tb.Fatal(why)
	}
	tb.Skip(why)
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

// own gives root's files to the one who runs the server.
func (s *Server) own() {
	s.tb.Helper()
	if os.Getuid() == 0 {
		owner, err := user.Lookup("postgres")
		must(s.tb, err)
		s.run("chown", "-R", owner.Uid+":"+owner.Gid, s.dir)
	}
}

// program returns a command of PostgreSQL, which refuses to be run by root.
func (s *Server) program(name string, args ...string) []string {
	command := append([]string{filepath.Join(s.bin, name)}, args...)
	if os.Getuid() == 0 {
		command = append([]string{"setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--reset-env"}, command...)
	}
	return command
}

func (s *Server) run(command ...string) {
	s.tb.Helper()
	if out, err := s.attempt(command); err != nil {
		s.tb.Fatalf("%v: %v\n%s", command, err, out)
	}
}

func (s *Server) attempt(command []string) (said []byte, err error) {
	// A file, since a server inherits it and would hold a pipe open.
	log, err := os.CreateTemp("", "pg-*.log")
	must(s.tb, err)
	c := exec.Command(command[0], command[1:]...)
	c.Dir, c.Stdout, c.Stderr = "/", log, log
	err = c.Run()
	said, readErr := os.ReadFile(log.Name())
	must(s.tb, errors.Join(readErr, log.Close(), os.Remove(log.Name())))
	return said, err
}

// Start starts a server that was stopped or killed, and waits for it.
func (s *Server) Start() {
	s.tb.Helper()
	options := "-c listen_addresses= -c unix_socket_directories=" + s.dir + " -c max_connections=200 -c shared_buffers=64MB " + s.more
	command := s.program("pg_ctl", "start", "--pgdata", s.data(), "--wait", "--timeout=60", "--log", filepath.Join(s.data(), "log"), "-o", options)
	var said []byte
	err := errors.New("never tried")
	// What was killed may hold on to its memory for a moment.
	for tries := 0; err != nil && tries < 50; tries++ {
		said, err = s.attempt(command)
	}
	if err != nil {
		log, _ := os.ReadFile(filepath.Join(s.data(), "log"))
		s.tb.Fatalf("%v: %v\n%s%s", command, err, said, log)
	}
}

// Stop ends the server, without waiting for those who are connected.
func (s *Server) Stop() {
	s.tb.Helper()
	s.run(s.program("pg_ctl", "stop", "--pgdata", s.data(), "--mode=fast", "--wait")...)
}

// Kill ends the server and all its children as a power cut does, but for what
// the system has in memory.
func (s *Server) Kill() {
	s.tb.Helper()
	// While it is halted, it starts no others in place of those that die.
	s.run(append([]string{"kill", "-9"}, s.halted()...)...)
}

// Halt has the server and all its children stand still, as a network does that
// loses everything; the function that it returns has them go on.
func (s *Server) Halt() (goOn func()) {
	s.tb.Helper()
	all := s.halted()
	s.run(append([]string{"kill", "-STOP"}, all...)...)
	return func() { s.run(append([]string{"kill", "-CONT"}, all...)...) }
}

// halted stops the server itself, and returns the numbers of all its processes.
func (s *Server) halted() []string {
	s.tb.Helper()
	b, err := os.ReadFile(filepath.Join(s.data(), "postmaster.pid"))
	must(s.tb, err)
	pid, _, _ := strings.Cut(string(b), "\n")
	s.run("kill", "-STOP", pid)
	children, err := exec.Command("pgrep", "-P", pid).Output()
	must(s.tb, err)
	return append([]string{pid}, strings.Fields(string(children))...)
}

// Promote has the server go on as a standby does that takes its primary's
// place: on a new timeline.
func (s *Server) Promote() {
	s.tb.Helper()
	s.Stop()
	must(s.tb, os.WriteFile(filepath.Join(s.data(), "standby.signal"), nil, 0o666))
	s.own()
	s.Start()
	s.run(s.program("pg_ctl", "promote", "--pgdata", s.data(), "--wait")...)
}

// Database makes an empty database and returns its address.
func (s *Server) Database() string {
	s.tb.Helper()
	name := fmt.Sprintf("db%d", s.next.Add(1))
	s.run(s.program("createdb", "--host", s.dir, "--username=edge", name)...)
	return s.URL(name)
}

// URL returns the address of a database, on this server or, where it can't be
// reached, on one of others.
func (s *Server) URL(name string, others ...*Server) string {
	hosts := s.dir
	for _, o := range others {
		hosts += "," + o.dir
	}
	query := url.Values{"host": {hosts}, "target_session_attrs": {"read-write"}}
	return (&url.URL{Scheme: "postgres", User: url.User("edge"), Path: "/" + name, RawQuery: query.Encode()}).String()
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}
