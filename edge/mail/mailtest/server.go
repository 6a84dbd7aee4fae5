package mailtest

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"testing"
	"time"
)

// A Server is a running mailpit: it takes mails, and shows them to the test.
type Server struct {
	// SMTP is its address, such as smtp://127.0.0.1:1025.
	SMTP string
	api  string
	http.Client
}

// Start runs a server until the test ends. More are its flags.
func Start(t *testing.T, more ...string) *Server {
	t.Helper()
	program, err := exec.LookPath("mailpit")
	if err != nil {
		t.Fatal("mailpit is missing: go install github.com/axllent/mailpit@v1.27.11")
	}
	smtp, api := free(t), free(t)
	c := exec.Command(program, append([]string{"--smtp", smtp, "--listen", api, "--disable-version-check"}, more...)...)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Process.Kill()
		_ = c.Wait()
	})
	s := &Server{SMTP: "smtp://" + smtp, api: "http://" + api + "/api/v1"}
	for range 200 {
		conn, err := net.Dial("tcp", smtp)
		if err == nil {
			_ = conn.Close()
			var list any
			if s.get("/messages", &list) == nil {
				return s
			}
		}
		<-time.After(25 * time.Millisecond)
	}
	t.Fatal("mailpit does not answer")
	return nil
}

func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// A Mail is one that the server took.
type Mail struct {
	ID, MessageID, Subject, Text, HTML string
	From                               struct{ Name, Address string }
	To                                 []struct{ Address string }
	Headers                            map[string][]string `json:"-"`
}

// Mails returns those that it took, the newest first.
func (s *Server) Mails(t *testing.T) []Mail {
	t.Helper()
	var list struct{ Messages []struct{ ID string } }
	if err := s.get("/messages", &list); err != nil {
		t.Fatal(err)
	}
	var all []Mail
	for _, m := range list.Messages {
		var one Mail
		if err := s.get("/message/"+m.ID, &one); err != nil {
			t.Fatal(err)
		}
		if err := s.get("/message/"+m.ID+"/headers", &one.Headers); err != nil {
			t.Fatal(err)
		}
		all = append(all, one)
	}
	return all
}

func (s *Server) get(path string, to any) error {
	r, err := s.Get(s.api + path)
	if err != nil {
		return err
	}
	defer r.Body.Close()
	data, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	if r.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", path, r.Status)
	}
	return json.Unmarshal(data, to)
}
