package consent

// Refusals returns refusals of choices in the words in force, by no form: as
// where a person's browser refused what their profile did not. Those that are
// not offered now are left out; ok is false where none is left.
func Refusals(in Situation, choices []string) (s Submission, ok bool) {
	s = Submission{Nonce: in.Nonce, Code: in.Code, Host: in.Host, At: in.Now, Source: in.Source, Texts: map[string]string{}}
	wanted := make(map[string]bool, len(choices))
	for _, id := range choices {
		wanted[id] = true
	}
	for _, now := range Evaluate(in.Catalog, in.Now, in.Records, in.Signal) {
		if a, offered := in.answer(now, Refused); offered && wanted[now.Choice.ID] {
			s.Answers = append(s.Answers, a)
		}
	}
	in.addTexts(&s)
	return s, len(s.Answers) > 0
}
