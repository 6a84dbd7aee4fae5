package policies

import (
	"indigex.com/indigex/build/front"
)

// A Meta is policy.yaml.
type Meta struct {
	Title       front.Text `front:"title,required"`
	Short       string     `front:"short,required"`
	Description front.Text `front:"description,required"`
	Site        front.Text `front:"site,required"`
	Contact     front.Text `front:"contact"`
	// Grade is the highest reading grade that a summary may have; 0 stands
	// for [DefaultGrade].
	Grade   front.Number `front:"grade"`
	Reviews []Review     `front:"reviews"`
}

// A Review says that a version was read and needed no change.
type Review struct {
	front.Pos
	Date    front.Date   `front:"date,required"`
	Version front.Number `front:"version,required"`
	Note    front.Text   `front:"note,required"`
}

// A VersionMeta is the front matter of a version.
type VersionMeta struct {
	Number    front.Number `front:"version,required"`
	Draft     bool         `front:"draft"`
	Published front.Date   `front:"published"`
	Effective front.Date   `front:"effective,required"`
	Summary   front.Text   `front:"summary,required"`
	Changes   []Change     `front:"changes"`
	Aliases   []Alias      `front:"aliases"`
	Promises  []Promise    `front:"promises"`
	// Override is the reason why a material change has no notice ahead.
	Override front.Text `front:"override"`
}

// A Change is what the editor declares of a difference.
type Change struct {
	front.Pos
	Kind       string       `front:"kind,required,oneof=editorial|clarification|material"`
	Sections   []front.Text `front:"sections,required"`
	Choices    []front.Text `front:"choices"`
	Purposes   []front.Text `front:"purposes"`
	Processors []front.Text `front:"processors"`
	Text       front.Text   `front:"text,required"`
}

// An Alias leads from an id that a section had to the one that it has.
type Alias struct {
	Old front.Text `front:"*"`
	New front.Text `front:"="`
}

// A Promise is what one section promises.
type Promise struct {
	Section    front.Text   `front:"*"`
	Choices    []front.Text `front:"choices"`
	Purposes   []front.Text `front:"purposes"`
	Categories []front.Text `front:"categories"`
	Processors []front.Text `front:"processors"`
	Mechanisms []front.Text `front:"mechanisms"`
}

type purposesFile struct {
	Purposes   []*Purpose   `front:"purposes"`
	Categories []*Category  `front:"categories"`
	Retention  []*Retention `front:"retention"`
	Mechanisms []*Mechanism `front:"mechanisms"`
}

type choicesFile struct {
	Choices []*Choice `front:"choices,required"`
}

type processorsFile struct {
	Processors []*Processor `front:"processors,required"`
}

// A Purpose is what data is used for.
type Purpose struct {
	ID         front.Text   `front:"id,required"`
	Name       string       `front:"name,required"`
	Text       string       `front:"text,required"`
	DPV        front.Text   `front:"dpv"`
	Categories []front.Text `front:"categories"`
	Choice     front.Text   `front:"choice"`
	Optional   bool         `front:"optional"`
}

// A Category is a kind of data.
type Category struct {
	ID        front.Text `front:"id,required"`
	Name      string     `front:"name,required"`
	Text      string     `front:"text"`
	DPV       front.Text `front:"dpv"`
	Retention front.Text `front:"retention"`
}

// A Retention says how long data is kept.
type Retention struct {
	ID   front.Text `front:"id,required"`
	Keep front.Text `front:"keep,required"`
	From string     `front:"from,required"`
	Text string     `front:"text,required"`
}

// A Mechanism is what keeps a promise.
type Mechanism struct {
	ID      front.Text `front:"id,required"`
	Name    string     `front:"name,required"`
	Address front.Text `front:"address,required"`
	Text    string     `front:"text,required"`
}

// A Choice is what people permit or refuse.
type Choice struct {
	ID       front.Text   `front:"id,required"`
	Name     string       `front:"name,required"`
	Words    front.Text   `front:"words,required"`
	Refuse   front.Text   `front:"refuse,required"`
	Kind     string       `front:"kind,required,oneof=marketing|third-party|newsletter|use|billing|profile"`
	Channel  string       `front:"channel,oneof=email|postal|telephone"`
	Sender   string       `front:"sender,oneof=provider|third-party"`
	Policy   front.Text   `front:"policy,required"`
	Section  front.Text   `front:"section,required"`
	Purposes []front.Text `front:"purposes,required"`
	GPC      bool         `front:"gpc"`
}

// A Processor does limited services.
type Processor struct {
	ID         front.Text   `front:"id,required"`
	Role       string       `front:"role,required"`
	Service    string       `front:"service,required"`
	Country    front.Text   `front:"country,required"`
	Purposes   []front.Text `front:"purposes,required"`
	Categories []front.Text `front:"categories,required"`
}

// A FormMeta is the front matter of a form.
type FormMeta struct {
	Title       front.Text `front:"title,required"`
	Description front.Text `front:"description,required"`
	Policy      front.Text `front:"policy,required"`
	Who         string     `front:"who,required,oneof=anyone|account|once"`
	Retention   front.Text `front:"retention,required"`
	Opens       front.Date `front:"opens"`
	Closes      front.Date `front:"closes"`
	Apart       bool       `front:"apart"`
	Then        *Then      `front:"then"`
	Draw        *Draw      `front:"draw"`
	Fields      []*Field   `front:"fields,required"`
}

// Then is what follows when a form was sent.
type Then struct {
	front.Pos
	Say     string     `front:"say"`
	Mail    front.Text `front:"mail"`
	Subject string     `front:"subject"`
	Ticket  string     `front:"ticket"`
	Confirm bool       `front:"confirm"`
}

// Draw is what is announced of a drawing of winners.
type Draw struct {
	front.Pos
	Winners     int        `front:"winners"`
	Substitutes int        `front:"substitutes"`
	Source      string     `front:"source"`
	Known       front.Date `front:"known"`
}

// A Field is one question of a form.
type Field struct {
	front.Pos
	Name     front.Text   `front:"name,required"`
	Type     string       `front:"type,required,oneof=text|long-text|email|phone|postal-address|zip-code|number|date|choice|several|scale|consent|hidden|user-id|password"`
	Label    string       `front:"label"`
	Help     string       `front:"help"`
	Required bool         `front:"required"`
	Category front.Text   `front:"category"`
	Purpose  front.Text   `front:"purpose"`
	Choice   front.Text   `front:"choice"`
	Options  []front.Text `front:"options"`
	From     int          `front:"from"`
	To       int          `front:"to"`
	Low      string       `front:"low"`
	High     string       `front:"high"`
	Min      string       `front:"min"`
	Max      string       `front:"max"`
	Value    string       `front:"value"`
}
