package mail_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"indigex.com/indigex/edge/consent"
	"indigex.com/indigex/edge/identity"
	"indigex.com/indigex/edge/mail"
	"indigex.com/indigex/edge/mail/mailtest"
	"indigex.com/indigex/edge/store"
	"indigex.com/indigex/edge/store/storetest"
	"indigex.com/indigex/policy"
)

func TestSMTPAddresses(t *testing.T) {
	for _, address := range []string{"", "mail.example.com", "http://mail.example.com", "smtp://", "smtps://a:secret@mail.example.com/x", "smtp://user:secret@[bad"} {
		if _, err := mail.OpenSMTP(address); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", address, err)
		}
	}
	if _, err := mail.OpenSMTP("smtps://user:secret@mail.example.com:465"); err != nil {
		t.Error(err)
	}
}

// A server elsewhere that offers no TLS gets nothing. This machine counts as
// elsewhere under an address that is not of loopback.
func TestSMTPWithoutTLS(t *testing.T) {
	server := mailtest.Start(t)
	_, port, _ := strings.Cut(strings.TrimPrefix(server.SMTP, "smtp://"), ":")
	transport, err := mail.OpenSMTP("smtp://" + elsewhere(t, port))
	if err != nil {
		t.Fatal(err)
	}
	m := &mail.Message{ID: "1@lanterns.example", FromName: "Lanterns", From: "a@lanterns.example", To: address, Subject: "x", Text: "x", HTML: "x", At: mailtest.At}
	if err := transport.Send(t.Context(), m); err == nil || !strings.Contains(err.Error(), "STARTTLS") || len(server.Mails(t)) != 0 {
		t.Errorf("%v, %d mails", err, len(server.Mails(t)))
	}
}

// elsewhere passes on what comes to an address of this machine that is not of
// loopback.
func elsewhere(t *testing.T, port string) string {
	t.Helper()
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range addresses {
		ip, ok := a.(*net.IPNet)
		if !ok || ip.IP.IsLoopback() || ip.IP.To4() == nil {
			continue
		}
		l, err := net.Listen("tcp", net.JoinHostPort(ip.IP.String(), "0"))
		if err != nil {
			continue
		}
		t.Cleanup(func() { _ = l.Close() })
		go pass(l, "127.0.0.1:"+port)
		return l.Addr().String()
	}
	t.Fatal("the machine has no address but those of loopback")
	return ""
}

func pass(l net.Listener, to string) {
	for {
		from, err := l.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", to)
		if err != nil {
			_ = from.Close()
			continue
		}
		go func() { _, _ = io.Copy(server, from) }()
		go func() { _, _ = io.Copy(from, server) }()
	}
}

// Who states no postal address sends nothing that rests on a choice.
func TestLettersByChoiceNeedAnAddress(t *testing.T) {
	o := newOffice(t, storetest.SQLite(t), &broken{err: errors.New("was handed on")})
	c := catalog()
	c.Company.PostalAddress = nil
	o.Sender.Catalog = func() *policy.Catalog { return c }
	l := o.letter(mail.PolicyChange)
	l.Choice, l.Code = "letters", identity.NewCode()
	o.answer(l.Code, consent.Granted)
	o.write(l)
	o.flush()
	dead, err := o.store.Mail().Dead(t.Context(), 5)
	if err != nil || len(dead) != 1 || !strings.Contains(dead[0].Reason, "postal_address") {
		t.Errorf("%+v, %v", dead, err)
	}
	// A choice that is gone permits nothing, and ends nothing else.
	l.ID[0]++
	o.write(l)
	c.Choices = nil
	o.flush()
	if o.count["not-permitted"] != 1 {
		t.Errorf("of a choice that is gone: %v", o.count)
	}
}

// Two senders of one outbox send each letter once.
func TestTwoSenders(t *testing.T) {
	onEach(t, func(t *testing.T, s *store.Store) {
		one, two := &counting{sent: map[string]int{}}, &counting{sent: map[string]int{}}
		o, p := newOffice(t, s, one), newOffice(t, s, two)
		const letters = 100
		for range letters {
			o.write(o.letter(mail.PasswordChanged))
		}
		var both sync.WaitGroup
		for _, sender := range []*office{o, p} {
			both.Go(func() {
				if err := sender.Flush(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		both.Wait()
		for id := range one.sent {
			if two.sent[id] > 0 {
				t.Errorf("both sent %s", id)
			}
		}
		if n := len(one.sent) + len(two.sent); n != letters {
			t.Errorf("%d of %d letters were sent", n, letters)
		}
	})
}

// A counting transport takes everything.
type counting struct{ sent map[string]int }

func (c *counting) Send(_ context.Context, m *mail.Message) error {
	c.sent[m.ID]++
	return nil
}

// A server whose certificate nobody vouches for gets nothing, not even where it
// is this machine: what begins with TLS is checked.
func TestSMTPWithoutATrustedCertificate(t *testing.T) {
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	selfSigned(t, cert, key)
	server := mailtest.Start(t, "--smtp-tls-cert", cert, "--smtp-tls-key", key, "--smtp-require-tls")
	transport, err := mail.OpenSMTP(strings.Replace(server.SMTP, "smtp:", "smtps:", 1))
	if err != nil {
		t.Fatal(err)
	}
	m := &mail.Message{ID: "1@lanterns.example", FromName: "Lanterns", From: "a@lanterns.example", To: address, Subject: "x", Text: "x", HTML: "x", At: mailtest.At}
	err = transport.Send(t.Context(), m)
	var untrusted x509.UnknownAuthorityError
	if !errors.As(err, &untrusted) || len(server.Mails(t)) != 0 {
		t.Errorf("%v, %d mails", err, len(server.Mails(t)))
	}
}

// selfSigned writes a certificate for this machine that its key signed.
func selfSigned(t *testing.T, cert, key string) {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	of := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	signed, err := x509.CreateCertificate(rand.Reader, of, of, public, private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: signed}, key: {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
