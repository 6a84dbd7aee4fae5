package mail

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"

	gomail "github.com/wneessen/go-mail"
)

// An SMTP transport hands messages to a server for submission (RFC 6409).
type SMTP struct {
	host    string
	options []gomail.Option
}

// OpenSMTP reads an address such as smtps://USER:PASSWORD@mail.example.com, or
// smtp:// for a server that begins without TLS and then starts it (RFC 3207).
// TLS is required, and the server's certificate checked, but for smtp:// to
// this machine itself.
func OpenSMTP(address string) (*SMTP, error) {
	u, err := url.Parse(address)
	if err != nil {
		// The error would repeat the password.
		return nil, errors.New("smtp address: is no address such as smtps://user:password@mail.example.com")
	}
	if u.Scheme != "smtp" && u.Scheme != "smtps" || u.Hostname() == "" || u.Path != "" && u.Path != "/" || u.RawQuery != "" {
		return nil, errors.New("smtp address: begins with smtp:// or smtps://, then names a server, and nothing more")
	}
	s := &SMTP{host: u.Hostname()}
	policy := gomail.TLSMandatory
	if local := net.ParseIP(u.Hostname()); u.Scheme == "smtp" && (u.Hostname() == "localhost" || local.IsLoopback()) {
		policy = gomail.TLSOpportunistic
	}
	s.options = append(s.options, gomail.WithTLSPolicy(policy), gomail.WithTimeout(sendTime))
	if u.Scheme == "smtps" {
		s.options = append(s.options, gomail.WithSSL(), gomail.WithPort(gomail.DefaultPortSSL))
	}
	if text := u.Port(); text != "" {
		port, err := strconv.Atoi(text)
		if err != nil {
			return nil, fmt.Errorf("smtp address: port %q is none", text)
		}
		s.options = append(s.options, gomail.WithPort(port))
	}
	if u.User != nil {
		password, _ := u.User.Password()
		s.options = append(s.options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(u.User.Username()), gomail.WithPassword(password))
	}
	_, err = gomail.NewClient(s.host, s.options...)
	return s, err
}

// Send hands a message on; see [Transport].
func (s *SMTP) Send(ctx context.Context, m *Message) error {
	client, err := gomail.NewClient(s.host, s.options...)
	if err != nil {
		return err
	}
	letter, err := m.mime()
	if err != nil {
		return err
	}
	conn, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return err
	}
	err = client.SendWithSMTPClient(conn, letter)
	// A server that took the message and then hangs up has taken it.
	_ = client.CloseWithSMTPClient(conn)
	var failed *gomail.SendError
	if errors.As(err, &failed) && !failed.IsTemp() && failed.ErrorCode() >= 500 {
		return &RefusedError{"the server refused it with code " + strconv.Itoa(failed.ErrorCode())}
	}
	return err
}

// mime is a message as it goes over the wire.
func (m *Message) mime() (*gomail.Msg, error) {
	letter := gomail.NewMsg()
	if err := errors.Join(letter.FromFormat(m.FromName, m.From), letter.To(m.To)); err != nil {
		// The error repeats the address.
		return nil, &RefusedError{"an address of its header is none"}
	}
	letter.SetMessageIDWithValue(m.ID)
	letter.SetDateWithValue(m.At)
	letter.Subject(m.Subject)
	for name, value := range m.Fields {
		letter.SetGenHeader(gomail.Header(name), value)
	}
	letter.SetBodyString(gomail.TypeTextPlain, m.Text)
	letter.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	return letter, nil
}
