//go:build ignore

// This program writes common.txt from the list of passwords that the Go port
// of zxcvbn ships (MIT licence): those of 8 characters and more, in lower
// case, sorted. The list stems from published breaches.
package main

import (
	"bufio"
	"encoding/json"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"
)

const module = "github.com/trustelem/zxcvbn@v1.0.1"

func main() {
	said, err := exec.Command("go", "mod", "download", "-json", module).Output()
	if err != nil {
		log.Fatal(err)
	}
	var at struct{ Dir string }
	if err := json.Unmarshal(said, &at); err != nil {
		log.Fatal(err)
	}
	file, err := os.Open(filepath.Join(at.Dir, "data", "passwords.txt"))
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	var list []string
	for lines := bufio.NewScanner(file); lines.Scan(); {
		word, _, _ := strings.Cut(strings.ToLower(lines.Text()), " ")
		if utf8.RuneCountInString(word) >= 8 {
			list = append(list, word)
		}
	}
	slices.Sort(list)
	list = slices.Compact(list)
	if err := os.WriteFile("common.txt", []byte(strings.Join(list, "\n")+"\n"), 0o644); err != nil {
		log.Fatal(err)
	}
}
